package io.icestream.ingest.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names of nodes and attributes: valid in Zarr, and each used once. */
final class NameRules {

    private static final Set<String> OWN_ATTRIBUTES = Set.of("units", "long_name", "standard_name");
    private static final Set<String> FIXED_ATTRIBUTES =
            Set.of("_FillValue", "missing_value", "scale_factor", "add_offset", "coordinates");

    private NameRules() {}

    static void check(DatasetSettings dataset, SettingsNode group) {
        Problems problems = group.problems();
        Map<String, String> names = new LinkedHashMap<>();
        use(names, dataset.time().name(), group.path("time.name"), problems);
        use(names, dataset.stations().name(), group.path("stations.name"), problems);
        if (dataset.stations().coordinates().isPresent()) {
            use(names, "latitude", group.path("stations.latitude"), problems);
            use(names, "longitude", group.path("stations.longitude"), problems);
        }
        for (int i = 0; i < dataset.variables().size(); i++) {
            String key = group.path("variables[" + i + "]");
            use(names, dataset.variables().get(i).name(), key + ".name", problems);
            attributes(dataset.variables().get(i), key + ".attributes", problems);
        }
        group(dataset.group(), group.path("group"), problems);
        fields(dataset, group);
    }

    private static void use(Map<String, String> names, String name, String key, Problems problems) {
        if (!problems.noneAt(key)) {
            return;
        }
        invalid(name).ifPresent(problem -> problems.add(key, problem));
        String other = names.putIfAbsent(name, key);
        if (other != null) {
            problems.add(key, "'" + name + "' is the name of " + other + " already");
        }
    }

    private static Optional<String> invalid(String name) {
        boolean control = name.chars().anyMatch(Character::isISOControl);
        if (name.isEmpty()
                || name.contains("/")
                || control
                || name.replace(".", "").isEmpty()) {
            return Optional.of("'" + name + "' cannot be the name of an array: no slash, not only dots");
        }
        if (name.startsWith("__") || name.equals("_icestream") || name.equals("zarr.json")) {
            return Optional.of("'" + name + "' is reserved");
        }
        return Optional.empty();
    }

    private static void group(String path, String key, Problems problems) {
        if (path.equals("/")) {
            return;
        }
        if (!path.startsWith("/") || path.endsWith("/")) {
            problems.add(key, "a path such as / or /weather/hourly is needed, not '" + path + "'");
            return;
        }
        for (String name : path.substring(1).split("/", -1)) {
            invalid(name).ifPresent(problem -> problems.add(key, problem.replace("an array", "a group")));
        }
    }

    private static void attributes(VariableSettings variable, String key, Problems problems) {
        for (String name : variable.attributes().keySet()) {
            if (OWN_ATTRIBUTES.contains(name)) {
                problems.add(key + "." + name, "is set by the variable's " + name.replace('_', '-'));
            } else if (FIXED_ATTRIBUTES.contains(name)) {
                problems.add(key + "." + name, "would change how the stored values are read");
            }
        }
    }

    private static void fields(DatasetSettings dataset, SettingsNode group) {
        field(dataset.time().field(), group.path("time.field"), group.problems());
        field(dataset.stations().field(), group.path("stations.field"), group.problems());
        dataset.versionField().ifPresent(field -> field(field, group.path("version-field"), group.problems()));
        for (int i = 0; i < dataset.variables().size(); i++) {
            field(dataset.variables().get(i).field(), group.path("variables[" + i + "].field"), group.problems());
        }
    }

    private static void field(String field, String key, Problems problems) {
        if (problems.noneAt(key) && List.of(field.split("\\.", -1)).contains("")) {
            problems.add(key, "names joined by single dots are needed, not '" + field + "'");
        }
    }
}
