package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Virtual chunk containers as the configuration has them: {@code {url prefix: {"name": text or null, "url_prefix": text,
 * "store": store}, ..}}. A store is {@code "in_memory"} or an object with one member: {@code local_file_system} with a path;
 * {@code s3}, {@code s3_compatible} or {@code tigris} with an object of {@code region}, {@code endpoint_url}, {@code
 * anonymous}, {@code allow_http}, {@code force_path_style}, {@code network_stream_timeout_seconds}, {@code requester_pays},
 * {@code checksum_algorithm}; {@code gcs} or {@code azure} with texts by name; {@code http} with texts by name and, if there
 * are any, {@code headers}, an object of texts. The keys of the outer object have no meaning of their own.
 */
final class ContainersCodec {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ContainersCodec() {}

    /**
     * What was read.
     *
     * @param containers those that make sense, in the order of their keys
     * @param ignored why others do not
     */
    record Read(List<VirtualChunkContainer> containers, List<String> ignored) {}

    /** Reads what makes sense: a container that somebody broke must not keep others from opening the repository. */
    static Read read(JsonNode stored) {
        List<VirtualChunkContainer> containers = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        stored.properties().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            try {
                containers.add(container(entry.getValue()));
            } catch (IllegalArgumentException e) {
                ignored.add("'" + entry.getKey() + "': " + e.getMessage());
            }
        });
        return new Read(List.copyOf(containers), List.copyOf(ignored));
    }

    private static VirtualChunkContainer container(JsonNode stored) {
        String prefix = text(stored, "url_prefix")
                .orElseThrow(() -> new IllegalArgumentException("A virtual chunk container has no url_prefix"));
        return new VirtualChunkContainer(
                text(stored, "name"), prefix.endsWith("/") ? prefix : prefix + "/", store(stored.path("store")));
    }

    private static ContainerStore store(JsonNode stored) {
        if (stored.isTextual()) {
            String kind = stored.textValue();
            return kind.equals("in_memory") ? new ContainerStore.InMemory() : new ContainerStore.Unknown(kind);
        }
        if (!stored.isObject() || stored.size() != 1) {
            throw new IllegalArgumentException("The store of a virtual chunk container is " + stored);
        }
        Map.Entry<String, JsonNode> member = stored.properties().iterator().next();
        JsonNode settings = member.getValue();
        return switch (member.getKey()) {
            case "in_memory" -> new ContainerStore.InMemory();
            case "local_file_system" -> new ContainerStore.LocalFiles(settings.asText(""));
            case "s3" -> s3(ContainerStore.S3.Dialect.S3, settings);
            case "s3_compatible" -> s3(ContainerStore.S3.Dialect.S3_COMPATIBLE, settings);
            case "tigris" -> s3(ContainerStore.S3.Dialect.TIGRIS, settings);
            case "gcs" -> new ContainerStore.Gcs(texts(settings));
            case "azure" -> new ContainerStore.Azure(texts(settings));
            case "http" -> new ContainerStore.Http(texts(settings), texts(settings.path("headers")));
            default -> new ContainerStore.Unknown(member.getKey());
        };
    }

    private static ContainerStore.S3 s3(ContainerStore.S3.Dialect dialect, JsonNode settings) {
        JsonNode timeout = settings.path("network_stream_timeout_seconds");
        return new ContainerStore.S3(
                dialect,
                text(settings, "region"),
                text(settings, "endpoint_url"),
                settings.path("anonymous").asBoolean(false),
                settings.path("allow_http").asBoolean(false),
                settings.path("force_path_style").asBoolean(false),
                timeout.isIntegralNumber() ? Optional.of(timeout.longValue()) : Optional.empty(),
                settings.path("requester_pays").asBoolean(false),
                text(settings, "checksum_algorithm"));
    }

    private static Optional<String> text(JsonNode parent, String name) {
        JsonNode value = parent.path(name);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    private static SortedMap<String, String> texts(JsonNode members) {
        SortedMap<String, String> texts = new TreeMap<>();
        members.properties().forEach(member -> {
            if (member.getValue().isTextual()) {
                texts.put(member.getKey(), member.getValue().textValue());
            }
        });
        return texts;
    }

    /** The containers with one more; it takes the place of one with the same prefix, and of one with the same name. */
    static ObjectNode with(JsonNode stored, VirtualChunkContainer added) {
        ObjectNode containers = JSON.objectNode();
        stored.properties().forEach(entry -> {
            boolean samePrefix = entry.getKey().equals(added.urlPrefix())
                    || text(entry.getValue(), "url_prefix").equals(Optional.of(added.urlPrefix()));
            boolean sameName =
                    added.name().isPresent() && text(entry.getValue(), "name").equals(added.name());
            if (!samePrefix && !sameName) {
                containers.set(entry.getKey(), entry.getValue().deepCopy());
            }
        });
        return containers.set(added.urlPrefix(), write(added));
    }

    private static ObjectNode write(VirtualChunkContainer container) {
        ObjectNode written = JSON.objectNode();
        put(written, "name", container.name());
        return written.put("url_prefix", container.urlPrefix()).set("store", write(container.store()));
    }

    private static JsonNode write(ContainerStore store) {
        if (store instanceof ContainerStore.LocalFiles files) {
            return member(store, JSON.textNode(files.path()));
        } else if (store instanceof ContainerStore.S3 s3) {
            return member(store, write(s3));
        } else if (store instanceof ContainerStore.Gcs gcs) {
            return member(store, write(gcs.options()));
        } else if (store instanceof ContainerStore.Azure azure) {
            return member(store, write(azure.options()));
        } else if (store instanceof ContainerStore.Http http) {
            ObjectNode settings = write(http.options());
            return member(store, http.headers().isEmpty() ? settings : settings.set("headers", write(http.headers())));
        } else if (store instanceof ContainerStore.InMemory) {
            return JSON.textNode(store.kind());
        }
        throw new IllegalArgumentException(
                "Cannot store a virtual chunk container of kind '" + store.kind() + "', whose settings are not known");
    }

    private static ObjectNode write(ContainerStore.S3 s3) {
        ObjectNode written = JSON.objectNode();
        put(written, "region", s3.region());
        put(written, "endpoint_url", s3.endpointUrl());
        written.put("anonymous", s3.anonymous());
        written.put("allow_http", s3.allowHttp());
        written.put("force_path_style", s3.forcePathStyle());
        s3.networkStreamTimeoutSeconds()
                .ifPresentOrElse(
                        seconds -> written.put("network_stream_timeout_seconds", seconds),
                        () -> written.putNull("network_stream_timeout_seconds"));
        written.put("requester_pays", s3.requesterPays());
        put(written, "checksum_algorithm", s3.checksumAlgorithm().map(name -> name.toLowerCase(Locale.ROOT)));
        return written;
    }

    private static ObjectNode write(Map<String, String> texts) {
        ObjectNode written = JSON.objectNode();
        texts.forEach(written::put);
        return written;
    }

    private static void put(ObjectNode target, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> target.put(name, text), () -> target.putNull(name));
    }

    private static ObjectNode member(ContainerStore store, JsonNode value) {
        return JSON.objectNode().set(store.kind(), value);
    }
}
