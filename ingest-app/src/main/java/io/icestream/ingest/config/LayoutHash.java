package io.icestream.ingest.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Digest of the settings that may not change while a data set grows: which cell a record goes to, which of two records of a cell wins, how
 * the arrays are laid out, and the order of the variables in blocks that are stored already.
 *
 * <p>What may change: topics, fields that variables are read from, units and names, other attributes, and when windows close.
 */
public final class LayoutHash {

    private LayoutHash() {}

    /**
     * Digests a data set's settings.
     *
     * @param dataset the settings
     * @return 64 hexadecimal digits; the same for the same settings in every version and on every machine
     */
    public static String of(DatasetSettings dataset) {
        Digest digest = new Digest();
        digest.add("icestream-layout-1");
        digest.add(dataset.group());
        time(dataset.time(), digest);
        digest.add(dataset.stations().name(), dataset.stations().field());
        digest.addAll(dataset.stations().labels());
        digest.add(dataset.versionField().orElse(""));
        digest.addAll(dataset.variables().stream()
                .flatMap(each -> List.of(
                        each.name(), each.type().name(), each.fillValue().toString())
                        .stream())
                .toList());
        digest.add(dataset.window().toString(), dataset.chunkDuration().toString());
        digest.add(Integer.toString(
                Math.min(dataset.chunkStations(), dataset.stations().labels().size())));
        digest.add(dataset.zone().getId());
        return digest.hex();
    }

    private static void time(TimeAxis axis, Digest digest) {
        digest.add(
                axis.name(), axis.field(), axis.format().name(), axis.rounding().name());
        digest.add(
                axis.origin().toString(), axis.step().toString(), axis.units().text());
    }

    /** A list of texts, each with its length before it, so that no two lists have the same bytes. */
    private static final class Digest {

        private final MessageDigest sha256;

        Digest() {
            try {
                sha256 = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java has SHA-256", e);
            }
        }

        void add(String... texts) {
            for (String text : texts) {
                byte[] bytes = text.getBytes(UTF_8);
                sha256.update((bytes.length + ":").getBytes(UTF_8));
                sha256.update(bytes);
            }
        }

        void addAll(List<String> texts) {
            add(Integer.toString(texts.size()));
            add(texts.toArray(String[]::new));
        }

        String hex() {
            return HexFormat.of().formatHex(sha256.digest());
        }
    }
}
