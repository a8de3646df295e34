package dev.otpkit.testkit;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** A copy of the text that is printed on {@code System.out} and {@code System.err} until it is ended. */
final class PrintedText {
    private final Copy out;
    private final Copy err;

    private PrintedText() {
        out = new Copy(System.out);
        err = new Copy(System.err);
    }

    static PrintedText begin() {
        PrintedText printed = new PrintedText();
        System.setOut(printed.out);
        System.setErr(printed.err);
        return printed;
    }

    /** Returns the text of each stream on which anything was printed, {@code System.out} first. */
    List<String> texts() {
        return notEmpty(out.text(), err.text());
    }

    /** Returns the texts as {@link #texts()}, and forgets them. */
    List<String> drain() {
        return notEmpty(out.drain(), err.drain());
    }

    private static List<String> notEmpty(String... texts) {
        return Stream.of(texts).filter(text -> !text.isEmpty()).toList();
    }

    /** Restores the streams, except those that have been replaced by others in the meantime. */
    void end() {
        if (System.out == out) {
            System.setOut(out.original);
        }
        if (System.err == err) {
            System.setErr(err.original);
        }
    }

    /** A stream that passes on all that is printed, and keeps a copy. */
    private static final class Copy extends PrintStream {
        private final PrintStream original;
        private final ByteArrayOutputStream copy;

        Copy(PrintStream original) {
            this(original, new ByteArrayOutputStream());
        }

        private Copy(PrintStream original, ByteArrayOutputStream copy) {
            super(new Both(original, copy), true, StandardCharsets.UTF_8);
            this.original = original;
            this.copy = copy;
        }

        String text() {
            synchronized (copy) {
                return copy.toString(StandardCharsets.UTF_8);
            }
        }

        String drain() {
            synchronized (copy) {
                String text = text();
                copy.reset();
                return text;
            }
        }
    }

    /** Copies text in UTF-8 and passes it on as text, since the original stream may have another encoding. */
    private static final class Both extends OutputStream {
        private final PrintStream original;
        private final ByteArrayOutputStream copy;

        Both(PrintStream original, ByteArrayOutputStream copy) {
            this.original = original;
            this.copy = copy;
        }

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            synchronized (copy) {
                copy.write(bytes, offset, length);
            }
            original.print(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void flush() {
            original.flush();
        }
    }
}
