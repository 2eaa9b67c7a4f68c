package io.icestream.ingest.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;

/** The list of verbs in {@code --help}, by section. */
final class VerbList {

    private VerbList() {}

    static String render(Help help) {
        Map<String, Help> all = help.subcommands();
        StringBuilder text = new StringBuilder();
        Arrays.stream(Verb.Section.values())
                .forEach(section -> text.append(render(
                        section.title(),
                        all.values().stream()
                                .filter(verb ->
                                        verb.commandSpec().userObject() instanceof Verb v && v.section() == section)
                                .toList())));
        List<Help> nested = all.values().stream()
                .filter(verb -> !(verb.commandSpec().userObject() instanceof Verb))
                .toList();
        return text.append(render("Commands", nested)).toString();
    }

    private static String render(String title, List<Help> verbs) {
        if (verbs.isEmpty()) {
            return "";
        }
        return verbs.stream().map(VerbList::line).collect(Collectors.joining("", "%n%s:%n".formatted(title), ""));
    }

    private static String line(Help verb) {
        String[] description = verb.commandSpec().usageMessage().description();
        String first = description.length == 0 ? "" : description[0];
        return "  %-16s %s%n".formatted(verb.commandSpec().name(), first);
    }
}
