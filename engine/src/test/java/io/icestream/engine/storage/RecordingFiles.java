package io.icestream.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The real file operations, written down, and failing where a test says so. */
class RecordingFiles extends LocalFiles {
    final List<String> log = Collections.synchronizedList(new ArrayList<>());

    @Nullable
    IOException onWrite;

    @Nullable
    IOException onRename;

    @Nullable
    IOException onLink;

    @Nullable
    IOException onForceDirectory;

    int bytesBeforeFailure;
    boolean interruptAfterRename;

    @Override
    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        if (onWrite != null) {
            channel.write(bytes.slice(0, bytesBeforeFailure));
            throw onWrite;
        }
        super.write(channel, bytes);
    }

    @Override
    void force(FileChannel channel) throws IOException {
        log.add("force file");
        super.force(channel);
    }

    @Override
    void forceDirectory(Path directory) throws IOException {
        if (onForceDirectory != null) {
            throw onForceDirectory;
        }
        super.forceDirectory(directory);
        log.set(log.size() - 1, "force dir " + directory.getFileName());
    }

    @Override
    void link(Path existing, Path name) throws IOException {
        if (onLink != null) {
            throw onLink;
        }
        super.link(existing, name);
    }

    @Override
    void rename(Path source, Path target) throws IOException {
        if (onRename != null) {
            throw onRename;
        }
        super.rename(source, target);
        log.add("rename " + target.getFileName());
        if (interruptAfterRename) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    void createDirectory(Path directory) throws IOException {
        super.createDirectory(directory);
        log.add("mkdir " + directory.getFileName());
    }
}
