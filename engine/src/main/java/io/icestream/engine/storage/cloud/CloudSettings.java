package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.Attribution;
import io.icestream.engine.storage.LocationSettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The settings that all stores of this kind have in common, as text. */
public final class CloudSettings {
    /** Their names. */
    public static final List<String> NAMES = List.of(
            "endpoint",
            "allow-http",
            "anonymous",
            "storage-class",
            "metadata-storage-class",
            "chunk-storage-class",
            "connect-timeout",
            "read-timeout",
            "attempt-timeout",
            "operation-timeout",
            "max-tries",
            "parallelism",
            "proxy",
            "client",
            "workload",
            "principal");

    private CloudSettings() {}

    /**
     * Adds the common names to those of a store.
     *
     * @param own the names that the store has besides
     * @return all of them
     */
    public static List<String> and(String... own) {
        List<String> all = new ArrayList<>(List.of(own));
        all.addAll(NAMES);
        return List.copyOf(all);
    }

    /**
     * Puts the settings into options, except for who asks.
     *
     * @param <L> how the store names places
     * @param <C> who may ask
     * @param <B> the store's builder
     * @param builder the options
     * @param values the settings of a location
     * @param environment environment variables; the usual ones for proxies are looked up here
     * @param usual the address that is asked if there is no endpoint, or what it looks like
     * @return the builder
     * @throws IllegalArgumentException if something makes no sense
     */
    public static <L extends CloudLocation, C, B extends CloudOptions.Builder<L, C, B>> B apply(
            B builder, LocationSettings values, Map<String, String> environment, URI usual) {
        Optional<URI> endpoint = values.address("endpoint", usual.toString());
        endpoint.ifPresent(builder::endpoint);
        values.whenTrue("allow-http", builder::allowHttp);
        return builder.storageClasses(new StorageClasses(
                        values.text("storage-class"),
                        values.text("metadata-storage-class"),
                        values.text("chunk-storage-class")))
                .requests(requests(values, environment, endpoint.orElse(usual)));
    }

    private static RequestOptions requests(LocationSettings values, Map<String, String> environment, URI asked) {
        RequestOptions.Builder builder = RequestOptions.builder()
                .timeouts(new Timeouts(
                        values.time("connect-timeout").orElse(Timeouts.DEFAULT.connect()),
                        values.time("read-timeout").orElse(Timeouts.DEFAULT.read()),
                        values.time("attempt-timeout"),
                        values.time("operation-timeout").orElse(Timeouts.DEFAULT.operation())));
        builder.attribution(new Attribution(values.text("client"), values.text("workload"), values.text("principal")));
        values.number("max-tries")
                .ifPresent(tries -> builder.retries(
                        new Retries(tries, Retries.DEFAULT.firstPause(), Retries.DEFAULT.longestPause())));
        values.number("parallelism")
                .ifPresent(threads -> builder.transfers(Transfers.DEFAULT.withParallelism(threads)));
        values.address("proxy", "http://proxy:3128")
                .map(address -> ProxyServer.of(address, Set.of()))
                .or(() -> ofEnvironment(environment, "https".equalsIgnoreCase(asked.getScheme())))
                .ifPresent(builder::proxy);
        return builder.build();
    }

    private static Optional<ProxyServer> ofEnvironment(Map<String, String> environment, boolean encrypted) {
        Optional<String> address = encrypted
                ? variable(environment, "HTTPS_PROXY")
                : Optional.ofNullable(environment.get("http_proxy")).filter(text -> !text.isBlank());
        return address.or(() -> variable(environment, "ALL_PROXY"))
                .map(text -> ProxyServer.of(uri(text), direct(environment)));
    }

    private static URI uri(String text) {
        try {
            return URI.create(text.contains("://") ? text : "http://" + text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Invalid proxy in the environment: http://HOST:PORT is needed");
        }
    }

    private static Set<String> direct(Map<String, String> environment) {
        return variable(environment, "NO_PROXY").stream()
                .flatMap(text -> Stream.of(text.replace(" ", "").split(",")))
                .filter(host -> !host.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name))
                .or(() -> Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT))))
                .filter(text -> !text.isBlank());
    }
}
