package io.icestream.broker;

/** A request that the registry refuses, with the codes of the REST interface. */
final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errorCode;

    RegistryException(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    static RegistryException noSubject(String subject) {
        return new RegistryException(40401, "Subject '" + subject + "' not found");
    }

    static RegistryException noVersion(String version) {
        return new RegistryException(40402, "Version " + version + " not found");
    }

    static RegistryException noSchema(String what) {
        return new RegistryException(40403, "Schema " + what + " not found");
    }

    /** {@return the error code of the body: the status, or the status and two digits more} */
    int errorCode() {
        return errorCode;
    }

    /** {@return the HTTP status} */
    int status() {
        return errorCode > 999 ? errorCode / 100 : errorCode;
    }
}
