package io.icestream.azure;

import io.icestream.engine.storage.LocationSettings;
import io.icestream.engine.virtual.VirtualAccess;
import io.icestream.engine.virtual.VirtualAccessProvider;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Authorises {@code az://container/prefix/?account=NAME} with the settings of {@link AzureSettings} in its query besides. */
public final class AzureVirtualAccessProvider implements VirtualAccessProvider {
    /** Called by the service loader. */
    public AzureVirtualAccessProvider() {}

    @Override
    public List<String> schemes() {
        return List.of("az", "azure", "abfs");
    }

    @Override
    public String form() {
        return "az://CONTAINER/?account=NAME";
    }

    @Override
    public VirtualAccess access(String prefix, Map<String, String> environment) {
        String account = LocationSettings.query(prefix).get("account");
        if (account == null) {
            throw new IllegalArgumentException("the storage account is missing; " + form() + " is needed");
        }
        String container = LocationSettings.withoutQuery(prefix).replaceFirst("^[^:]*://", "");
        // The rest stays in the query, where AzureSettings refuses secrets.
        String query = Stream.of(prefix.substring(prefix.indexOf('?') + 1).split("&", -1))
                .filter(setting -> !setting.startsWith("account="))
                .collect(Collectors.joining("&"));
        String location = "az://" + account + "/" + container + (query.isEmpty() ? "" : "?" + query);
        return new AzureVirtualAccess(
                AzureSettings.parse(location, Map.of(), environment).build());
    }
}
