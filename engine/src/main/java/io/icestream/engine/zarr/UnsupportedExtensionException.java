package io.icestream.engine.zarr;

/** The metadata is well formed but asks for a codec, data type, chunk grid or key that this version does not have. */
public final class UnsupportedExtensionException extends ZarrException {
    private static final long serialVersionUID = 1L;

    private final String kind;
    private final String extensionName;
    private final String path;

    UnsupportedExtensionException(String kind, String extensionName, String path) {
        super("Unsupported Zarr " + kind + " '" + extensionName + "' at " + path);
        this.kind = kind;
        this.extensionName = extensionName;
        this.path = path;
    }

    /** The same refusal with the stack trace of this call. */
    UnsupportedExtensionException(UnsupportedExtensionException earlier) {
        this(earlier.kind, earlier.extensionName, earlier.path);
    }

    /** What it is: {@code codec}, {@code data type}, {@code chunk grid}, {@code chunk key encoding}, {@code storage transformer} or {@code metadata key}. */
    public String kind() {
        return kind;
    }

    /** Its name as the document has it. */
    public String extensionName() {
        return extensionName;
    }
}
