package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.Attribution;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How a store is asked, whichever it is: patience, repetitions, parts, proxy. Immutable; made by a {@link Builder}, whose
 * methods say the defaults.
 */
public final class RequestOptions {
    private final Builder values;

    private RequestOptions(Builder values) {
        this.values = values;
    }

    /**
     * @return a builder with the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * @return how long to wait
     */
    public Timeouts timeouts() {
        return values.timeouts;
    }

    /**
     * @return how often to repeat
     */
    public Retries retries() {
        return values.retries;
    }

    /**
     * @return how large objects are moved
     */
    public Transfers transfers() {
        return values.transfers;
    }

    /**
     * @return the proxy, or empty for the one that Java's properties name
     */
    public Optional<ProxyServer> proxy() {
        return Optional.ofNullable(values.proxy);
    }

    /**
     * @return who requests are made for
     */
    public Attribution attribution() {
        return values.attribution;
    }

    /**
     * @return tells the time
     */
    public InstantSource clock() {
        return values.clock;
    }

    /**
     * @return chooses ids and pauses
     */
    public RandomGenerator random() {
        return values.random;
    }

    /**
     * @return lets time pass
     */
    public Sleeper sleeper() {
        return values.sleeper;
    }

    /**
     * @return a builder with these options, to change some
     */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Timeouts timeouts = Timeouts.DEFAULT;
        private Retries retries = Retries.DEFAULT;
        private Transfers transfers = Transfers.DEFAULT;
        private @Nullable ProxyServer proxy;
        private Attribution attribution = Attribution.NONE;
        private InstantSource clock = InstantSource.system();
        private RandomGenerator random = new SecureRandom();
        private Sleeper sleeper = Sleeper.system();

        private Builder() {}

        private Builder(Builder other) {
            this.timeouts = other.timeouts;
            this.retries = other.retries;
            this.transfers = other.transfers;
            this.proxy = other.proxy;
            this.attribution = other.attribution;
            this.clock = other.clock;
            this.random = other.random;
            this.sleeper = other.sleeper;
        }

        /**
         * @param value how long to wait
         * @return this builder
         */
        public Builder timeouts(Timeouts value) {
            timeouts = value;
            return this;
        }

        /**
         * @param value how often to repeat
         * @return this builder
         */
        public Builder retries(Retries value) {
            retries = value;
            return this;
        }

        /**
         * @param value how large objects are moved
         * @return this builder
         */
        public Builder transfers(Transfers value) {
            transfers = value;
            return this;
        }

        /**
         * @param value proxy; by default what Java's properties for proxies say, and for S3 the environment,
         *     too
         * @return this builder
         */
        public Builder proxy(ProxyServer value) {
            proxy = value;
            return this;
        }

        /**
         * @param value who requests are made for, to be told to the store; nobody by default
         * @return this builder
         */
        public Builder attribution(Attribution value) {
            attribution = value;
            return this;
        }

        /**
         * @param value tells the time to credentials and signatures; the system's clock by default
         * @return this builder
         */
        public Builder clock(InstantSource value) {
            clock = value;
            return this;
        }

        /**
         * @param value chooses write ids and pauses; thread-safe, and unpredictable unless in a test
         * @return this builder
         */
        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /**
         * @param value lets time pass between attempts
         * @return this builder
         */
        public Builder sleeper(Sleeper value) {
            sleeper = value;
            return this;
        }

        /**
         * @return the options
         */
        public RequestOptions build() {
            return new RequestOptions(new Builder(this));
        }
    }
}
