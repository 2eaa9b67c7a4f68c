package io.icestream.azure;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.text;

import io.icestream.engine.storage.cloud.CloudStorage;
import java.net.URI;

/** Writes and reads an object as whoever the environment says. */
final class IdentityMain {
    private IdentityMain() {}

    /**
     * @param arguments the endpoint of the account
     */
    public static void main(String[] arguments) {
        AzureOptions options = AzureOptions.at(AzureLocation.parse("az://account/bucket/some/prefix"))
                .endpoint(URI.create(arguments[0]))
                .allowHttp()
                .build();
        try (CloudStorage storage = AzureStorage.open(options)) {
            storage.put("a", bytes("written"));
            System.out.println("found: " + text(storage.find("a").orElseThrow().bytes()));
        }
    }
}
