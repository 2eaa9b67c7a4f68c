package io.icestream.ingest.decode;

import io.icestream.ingest.decode.FieldMapping.Node;
import io.icestream.ingest.decode.FieldMapping.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a writer's schema and the mapped fields into a {@link Program}.
 *
 * <p>Types nest in the schema, so the compiler descends; the program itself is flat. Only records that contain themselves become bodies
 * that are called. A union may hold branches that cannot be used, as long as one can: the others reject the record that takes them.
 */
final class ProgramCompiler {

    private final CodeBuffer code = new CodeBuffer();
    private final TargetCompiler targets;
    private final List<ByteKeyTable> maps = new ArrayList<>();
    private final List<Program.Code> entries = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    /** Records that are being skipped around the present place. */
    private final Set<String> open = new HashSet<>();
    /** Operands of calls that wait for the body of a record, by the record's name. */
    private final Map<String, List<Integer>> calls = new HashMap<>();

    private final Deque<Schema> uncompiled = new ArrayDeque<>();

    private ProgramCompiler(ByteKeyTable stations) {
        this.targets = new TargetCompiler(code, stations);
    }

    /**
     * Compiles a program.
     *
     * @param schema the writer's schema
     * @param mapping the mapped fields
     * @param timeFormat how the time is to be read
     * @param stations the labels on the axis
     * @return the program
     * @throws UnmappedFieldException if a mapped field is missing or of a type that cannot be used; says what is wrong with "it"
     */
    static Program compile(Schema schema, Node mapping, TimeReading timeFormat, ByteKeyTable stations) {
        ProgramCompiler compiler = new ProgramCompiler(stations);
        compiler.targets.readTimeAs(timeFormat);
        compiler.value(schema, mapping);
        compiler.code.emit(Program.RETURN);
        compiler.compileCalled();
        return new Program(
                compiler.code.toCode(), compiler.maps, compiler.entries, compiler.targets.enums(), compiler.texts);
    }

    private void value(Schema schema, @Nullable Node node) {
        if (node == null) {
            skip(schema);
            return;
        }
        switch (schema.getType()) {
            case RECORD -> record(schema, node);
            case UNION -> union(schema, node);
            case MAP -> map(schema, node);
            default -> leaf(schema, node);
        }
    }

    private void record(Schema schema, Node node) {
        refuseTargets(node, "a record");
        for (Schema.Field field : schema.getFields()) {
            value(field.schema(), node.children().get(field.name()));
        }
        node.children().forEach((name, child) -> {
            if (schema.getField(name) == null) {
                throw new UnmappedFieldException("has no field '" + anyPath(child) + "'");
            }
        });
    }

    private void leaf(Schema schema, Node node) {
        for (Node child : node.children().values()) {
            throw new UnmappedFieldException(
                    "has no field '" + anyPath(child) + "': it leads into " + TargetCompiler.kindOf(schema));
        }
        boolean several = node.targets().size() > 1;
        for (int i = 0; i < node.targets().size(); i++) {
            if (several) {
                code.emit(i == 0 ? Program.MARK : Program.REWIND);
            }
            targets.read(schema, node.targets().get(i));
        }
    }

    private static void refuseTargets(Node node, String kind) {
        for (Target target : node.targets()) {
            throw new UnmappedFieldException("has " + kind + " as field '" + target.path() + "'");
        }
    }

    private static String anyPath(Node node) {
        return node.all().findFirst().orElseThrow().path();
    }

    private void union(Schema schema, Node node) {
        List<Schema> branches = schema.getTypes();
        int[] jump = new int[branches.size() + 2];
        jump[0] = Program.UNION;
        jump[1] = branches.size();
        int table = code.emit(jump) + 1;
        List<Integer> exits = new ArrayList<>();
        @Nullable UnmappedFieldException unusable = null;
        int usable = 0;
        for (int branch = 0; branch < branches.size(); branch++) {
            code.patch(table + branch, code.here());
            UnmappedFieldException problem = branch(branches.get(branch), node);
            unusable = problem == null ? unusable : problem;
            usable += problem == null && branches.get(branch).getType() != Schema.Type.NULL ? 1 : 0;
            exits.add(code.emit(Program.JUMP, 0));
        }
        if (usable == 0) {
            throw unusable != null
                    ? unusable
                    : new UnmappedFieldException("has only null as field '" + anyPath(node) + "'");
        }
        int end = code.here();
        exits.forEach(operand -> code.patch(operand, end));
    }

    /** Compiles a branch of a union; one that cannot be used becomes a rejection and its problem is returned. */
    private @Nullable UnmappedFieldException branch(Schema schema, Node node) {
        if (schema.getType() == Schema.Type.NULL) {
            node.all().forEach(targets::clear);
            return null;
        }
        int begin = code.here();
        try {
            value(schema, node);
            return null;
        } catch (UnmappedFieldException e) {
            code.truncate(begin);
            calls.values().forEach(operands -> operands.removeIf(operand -> operand >= begin));
            texts.add("the schema " + e.getMessage());
            code.emit(Program.REJECT, texts.size() - 1);
            return e;
        }
    }

    private void map(Schema schema, Node node) {
        refuseTargets(node, "a map");
        Map<String, Node> keys = nests(schema.getValueType()) ? node.children() : node.flattened();
        int number = maps.size();
        maps.add(new ByteKeyTable(List.copyOf(keys.keySet())));
        entries.add(new Program.Code());
        int operands = code.emit(Program.MAP, number, 0, 0);
        code.patch(operands + 1, code.here());
        skip(schema.getValueType());
        code.emit(Program.RETURN);
        List<Integer> bodies = new ArrayList<>();
        for (String key : List.copyOf(keys.keySet())) {
            bodies.add(code.here());
            value(schema.getValueType(), keys.get(key));
            code.emit(Program.RETURN);
        }
        entries.set(
                number,
                new Program.Code(bodies.stream().mapToInt(Integer::intValue).toArray()));
        code.patch(operands + 2, code.here());
    }

    /** {@return whether a mapped field may lead further into a value} */
    private static boolean nests(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, MAP -> true;
            case UNION -> schema.getTypes().stream().anyMatch(ProgramCompiler::nests);
            default -> false;
        };
    }

    private void skip(Schema schema) {
        switch (schema.getType()) {
            case NULL -> {}
            case BOOLEAN -> code.skipBytes(1);
            case FLOAT -> code.skipBytes(4);
            case DOUBLE -> code.skipBytes(8);
            case FIXED -> code.skipBytes(schema.getFixedSize());
            case INT, LONG, ENUM -> code.emit(Program.SKIP_NUMBER);
            case STRING, BYTES -> code.emit(Program.SKIP_TEXT);
            case ARRAY -> skipItems(schema.getElementType(), false);
            case MAP -> skipItems(schema.getValueType(), true);
            case UNION -> skipUnion(schema);
            case RECORD -> skipRecord(schema);
        }
    }

    private void skipItems(Schema item, boolean keyed) {
        int end = code.emit(Program.SKIP_ITEMS, 0);
        if (keyed) {
            code.emit(Program.SKIP_TEXT);
        }
        code.here();
        skip(item);
        code.emit(Program.RETURN);
        code.patch(end, code.here());
    }

    private void skipUnion(Schema schema) {
        int branches = schema.getTypes().size();
        int[] jump = new int[branches + 2];
        jump[0] = Program.UNION;
        jump[1] = branches;
        int table = code.emit(jump) + 1;
        List<Integer> exits = new ArrayList<>();
        for (int branch = 0; branch < branches; branch++) {
            code.patch(table + branch, code.here());
            skip(schema.getTypes().get(branch));
            exits.add(code.emit(Program.JUMP, 0));
        }
        int end = code.here();
        exits.forEach(operand -> code.patch(operand, end));
    }

    private void skipRecord(Schema schema) {
        String name = schema.getFullName();
        if (!open.add(name)) {
            int operand = code.emit(Program.CALL, 0);
            if (!calls.containsKey(name)) {
                uncompiled.add(schema);
            }
            calls.computeIfAbsent(name, n -> new ArrayList<>()).add(operand);
            return;
        }
        schema.getFields().forEach(field -> skip(field.schema()));
        open.remove(name);
    }

    private void compileCalled() {
        Map<String, Integer> bodies = new HashMap<>();
        while (!uncompiled.isEmpty()) {
            Schema schema = uncompiled.remove();
            bodies.put(schema.getFullName(), code.here());
            skipRecord(schema);
            code.emit(Program.RETURN);
        }
        bodies.forEach(
                (name, body) -> calls.getOrDefault(name, List.of()).forEach(operand -> code.patch(operand, body)));
    }
}
