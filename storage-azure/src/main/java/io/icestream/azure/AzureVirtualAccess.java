package io.icestream.azure;

import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.storage.cloud.KeyPrefix;
import io.icestream.engine.virtual.AuthorisedPrefixes;
import io.icestream.engine.virtual.CloudVirtualStore;
import io.icestream.engine.virtual.VirtualAccess;
import io.icestream.engine.virtual.VirtualLocation;
import io.icestream.engine.virtual.VirtualStore;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Lets virtual chunks be read from the containers of one storage account, below {@code az://CONTAINER/} and {@code
 * azure://CONTAINER/} prefixes. Give it to {@code RepositoryOptions.withVirtualAccess}.
 *
 * <p>The settings of a virtual chunk container are the repository's and not the opener's: one that names another account is
 * refused, since that account would be sent the opener's token. That requests are not signed is taken where the opener has not
 * said who asks; any other setting is refused.
 *
 * @param options the account, who asks, which server, and how; container and prefix are those of the virtual chunk container
 */
public record AzureVirtualAccess(AzureOptions options) implements VirtualAccess {
    private static final Set<String> ACCOUNT = Set.of("account", "account_name", "azure_storage_account_name");
    private static final Set<String> UNSIGNED = Set.of("skip_signature", "azure_skip_signature");

    /**
     * Access to an account.
     *
     * @param account its name
     * @param credentials who asks
     * @return the access
     */
    public static AzureVirtualAccess of(String account, AzureCredentials credentials) {
        return new AzureVirtualAccess(AzureOptions.at(new AzureLocation(account, "any-container", KeyPrefix.NONE))
                .credentials(credentials)
                .build());
    }

    @Override
    public VirtualStore open(VirtualChunkContainer container, AuthorisedPrefixes authorised) {
        if (!(container.store() instanceof ContainerStore.Azure settings)) {
            throw new IllegalArgumentException("it is for Azure Blob storage, the container's store is of kind '"
                    + container.store().kind() + "'");
        }
        String account = options.location().account();
        String name = VirtualLocation.ofPrefix(container).authority();
        AzureOptions.Builder builder = options.toBuilder().location(new AzureLocation(account, name, KeyPrefix.NONE));
        if (isUnsigned(settings.options()) && options.credentials() instanceof AzureCredentials.Environment) {
            builder.credentials(new AzureCredentials.Anonymous());
        }
        return new CloudVirtualStore(AzureStorage.open(builder.build()));
    }

    private boolean isUnsigned(SortedMap<String, String> settings) {
        boolean unsigned = false;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            if (ACCOUNT.contains(setting.getKey())) {
                requireAccount(setting.getValue());
            } else if (UNSIGNED.contains(setting.getKey())) {
                unsigned = Boolean.parseBoolean(setting.getValue());
            } else {
                throw new IllegalArgumentException(
                        "the container has the setting '" + setting.getKey()
                                + "', which is not the repository's to say; take it out of the container, and say it in AzureOptions");
            }
        }
        return unsigned;
    }

    private void requireAccount(String named) {
        if (!named.equals(options.location().account())) {
            throw new IllegalArgumentException("the container names the account '" + named + "', which is not '"
                    + options.location().account() + "'; say AzureVirtualAccess.of with it, if it is to be asked");
        }
    }
}
