package io.icestream.ingest.commit;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.ref.ClockSkewException;
import io.icestream.engine.ref.UpdateAttemptsException;
import io.icestream.engine.ref.UpdateUnknownException;
import io.icestream.engine.session.CommitUnknownException;
import io.icestream.engine.storage.StorageException;

/** Tells failures that pass from those that stay. */
final class Failures {

    private Failures() {}

    static PublishResult result(IcestreamException failure) {
        String reason = String.valueOf(failure.getMessage());
        return mayPass(failure) ? new PublishResult.Unavailable(reason) : new PublishResult.Failed(reason);
    }

    private static boolean mayPass(IcestreamException failure) {
        if (Thread.currentThread().isInterrupted()) {
            return true;
        }
        if (failure instanceof StorageException storage) {
            return storage.retry() == StorageException.Retry.CAN_HELP;
        }
        return failure instanceof UpdateAttemptsException
                || failure instanceof UpdateUnknownException
                || failure instanceof CommitUnknownException
                || failure instanceof ClockSkewException;
    }
}
