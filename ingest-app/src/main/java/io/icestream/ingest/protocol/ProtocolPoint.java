package io.icestream.ingest.protocol;

/** A named moment of the protocol; tests kill the process there. */
public enum ProtocolPoint {
    DECODE_DRAINED("decode.drained"),
    DECODE_PROGRESS_BEFORE_DRAIN("decode.progress-before-drain"),
    ASM_BLOCK_STORED("asm.block-stored"),
    ASM_ROUND_STORED("asm.round-stored"),
    ASM_PUT_DONE("asm.put-done"),
    ASM_SOME_CHUNKS_COMMITTED("asm.some-chunks-committed"),
    ASM_DONE_UNCOMMITTED("asm.done-uncommitted"),
    ASM_DEAD_LETTER_UNCOMMITTED("asm.dead-letter-uncommitted"),
    COM_ROUND_OPEN_UNCOMMITTED("com.round-open-uncommitted"),
    COM_COLLECTED("com.collected"),
    COM_FLUSH_HALF("com.flush-half"),
    COM_FLUSHED("com.flushed"),
    COM_CAS_SENT("com.cas-sent"),
    COM_CAS_LANDED_REPLY_LOST("com.cas-landed-reply-lost"),
    COM_PUBLISHED_UNCOMMITTED("com.published-uncommitted"),
    COM_PUBLISHED_UNTAGGED("com.published-untagged"),
    COM_TAG_LANDED("com.tag-landed"),
    COM_REBUILD_ON_FOREIGN_TIP("com.rebuild-on-foreign-tip"),
    COM_ROUND_REOPENED("com.round-reopened"),
    REINIT_OFFSETS_SET("reinit.offsets-set"),
    REINIT_STORES_EMPTIED("reinit.stores-emptied"),
    REINIT_REPLAYING("reinit.replaying");

    private final String text;

    ProtocolPoint(String text) {
        this.text = text;
    }

    /** {@return the name in logs and tests, such as {@code com.flushed}} */
    public String text() {
        return text;
    }
}
