package io.icestream.engine.model;

import io.icestream.engine.session.CommitOutcome;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A public call that changes a repository, or several that lead to one publication.
 *
 * @param name for messages
 * @param scene what it finds
 * @param repetition whether it can be made again in a scene where it was not done
 * @param prepare what comes before it in a scene and never goes wrong; gives the attempt
 */
record MutatingCall(String name, Kind scene, Repetition repetition, Function<Scene, Attempt> prepare) {
    /** What a call finds. */
    enum Kind {
        /** No repository. */
        BLANK,
        /** {@link Scene#prepared}. */
        PREPARED
    }

    /** Whether the preparation may be made again too. */
    enum Repetition {
        /** It changes nothing. */
        POSSIBLE,
        /** It changes the repository, so that the outcome would be another one. */
        NOT_THE_SAME
    }

    /** A call that is about to be made. */
    interface Attempt {
        /** Makes the call; throws unless it is certain to be done. */
        void run();

        /** After an unknown outcome, finds out on the same session; empty where there is none to ask. */
        default Optional<Runnable> findOut() {
            return Optional.empty();
        }
    }

    static MutatingCall of(String name, Consumer<Scene> call) {
        return new MutatingCall(name, Kind.PREPARED, Repetition.POSSIBLE, scene -> () -> call.accept(scene));
    }

    static MutatingCall onNothing(String name, Consumer<Scene> call) {
        return new MutatingCall(name, Kind.BLANK, Repetition.POSSIBLE, scene -> () -> call.accept(scene));
    }

    static MutatingCall afterPreparing(String name, Function<Scene, Runnable> prepare) {
        return new MutatingCall(name, Kind.PREPARED, Repetition.NOT_THE_SAME, scene -> prepare.apply(scene)::run);
    }

    /** Opens a session, edits it, and ends it in a way that can be repeated if the outcome is unknown. */
    static <S> MutatingCall onSession(
            String name, Function<Scene, S> open, Consumer<S> edit, Function<S, CommitOutcome> end) {
        return new MutatingCall(
                name, Kind.PREPARED, Repetition.POSSIBLE, scene -> new OnSession<>(() -> open.apply(scene), edit, end));
    }

    /** As {@link #onSession}; somebody else commits before the session ends. */
    static <S> MutatingCall afterARaceOnSession(
            String name, Function<Scene, S> open, Consumer<S> edit, Function<S, CommitOutcome> end) {
        return new MutatingCall(name, Kind.PREPARED, Repetition.NOT_THE_SAME, scene -> {
            S session = open.apply(scene);
            scene.otherCommit();
            return new OnSession<>(() -> session, edit, end);
        });
    }

    private static final class OnSession<S> implements Attempt {
        private final Supplier<S> open;
        private final Consumer<S> edit;
        private final Function<S, CommitOutcome> end;
        private Optional<S> session = Optional.empty();

        OnSession(Supplier<S> open, Consumer<S> edit, Function<S, CommitOutcome> end) {
            this.open = open;
            this.edit = edit;
            this.end = end;
        }

        @Override
        public void run() {
            S opened = open.get();
            session = Optional.of(opened);
            edit.accept(opened);
            end.apply(opened).orThrow();
        }

        @Override
        public Optional<Runnable> findOut() {
            return session.map(opened -> () -> end.apply(opened).orThrow());
        }
    }

    Scene newScene() {
        return scene == Kind.BLANK ? Scene.blank() : Scene.prepared();
    }

    @Override
    public String toString() {
        return name;
    }
}
