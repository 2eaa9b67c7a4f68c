package io.icestream.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * The folder of one local broker.
 *
 * <pre>
 *   server.properties   what the broker runs with; ports are taken from here on the next start
 *   data/               Kafka's log directory, metadata included
 *   broker.log          what the broker has to say
 *   lock                held by the running broker
 * </pre>
 */
record BrokerDirectory(Path root) {

    private static final String PORT = "icestream.broker.port";
    private static final String CONTROLLER_PORT = "icestream.controller.port";

    BrokerDirectory {
        root = root.toAbsolutePath().normalize();
    }

    Path settings() {
        return root.resolve("server.properties");
    }

    Path data() {
        return root.resolve("data");
    }

    Path log() {
        return root.resolve("broker.log");
    }

    Path lock() {
        return root.resolve("lock");
    }

    /** Writes the settings of the next start: the port that is asked for, or the last ports if they are free, else new ones. */
    int prepare(int wantedPort, Map<String, String> overrides) throws IOException {
        Files.createDirectories(data());
        Properties last = loadSettings();
        int port = wantedPort == 0 ? freePort(last.getProperty(PORT, "0")) : check(wantedPort);
        int controllerPort = freePort(last.getProperty(CONTROLLER_PORT, "0"));
        Properties next = new Properties();
        next.putAll(brokerProperties(port, controllerPort));
        next.putAll(overrides);
        next.setProperty(PORT, Integer.toString(port));
        next.setProperty(CONTROLLER_PORT, Integer.toString(controllerPort));
        try (OutputStream out = Files.newOutputStream(settings())) {
            next.store(out, "Icestream local broker; written anew at each start");
        }
        return port;
    }

    Properties loadSettings() throws IOException {
        Properties properties = new Properties();
        if (Files.exists(settings())) {
            try (InputStream in = Files.newInputStream(settings())) {
                properties.load(in);
            }
        }
        return properties;
    }

    private Map<String, String> brokerProperties(int port, int controllerPort) {
        Map<String, String> all = new HashMap<>(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + controllerPort,
                "controller.listener.names", "CONTROLLER",
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs", data().toString(),
                "auto.create.topics.enable", "false"));
        all.putAll(singleNode());
        return all;
    }

    private static Map<String, String> singleNode() {
        return Map.ofEntries(
                Map.entry("default.replication.factor", "1"),
                Map.entry("min.insync.replicas", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("group.min.session.timeout.ms", "1000"),
                Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
                // Old observations are the point of a replay: nothing expires by itself.
                Map.entry("log.retention.ms", "-1"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "3"),
                Map.entry("background.threads", "2"));
    }

    private static int freePort(String wanted) throws IOException {
        try {
            return bind(Integer.parseInt(wanted));
        } catch (IOException taken) {
            return bind(0);
        }
    }

    private static int check(int port) throws IOException {
        try {
            return bind(port);
        } catch (BindException taken) {
            throw new BindException("port " + port + " is taken; choose another one");
        }
    }

    private static int bind(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.getLocalPort();
        }
    }
}
