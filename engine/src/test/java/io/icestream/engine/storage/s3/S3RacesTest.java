package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.cloud.CloudRacesContract;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.S3TestServer;

/** Races on a server that loses requests and replies. */
class S3RacesTest extends CloudRacesContract<S3TestServer> {
    S3RacesTest() {
        super(new S3Fixture());
    }

    @Override
    protected CloudFault notNow(CloudFault fault) {
        return fault.reply(409, "ConditionalRequestConflict");
    }
}
