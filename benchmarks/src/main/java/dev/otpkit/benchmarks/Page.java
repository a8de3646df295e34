package dev.otpkit.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page of the figures, in which a run replaces the text between two comments. */
final class Page {
    private final Path file;

    Page(Path file) {
        this.file = file;
    }

    /**
     * Replaces the text of a section.
     *
     * @param section the name of the section: it stands in the comment before it and in that after it
     * @param text the new text
     * @throws IOException if the page cannot be read or written, or has no such section
     */
    void replace(String section, String text) throws IOException {
        Files.writeString(file, replaced(Files.readString(file), section, text));
    }

    static String replaced(String page, String section, String text) throws IOException {
        String before = "<!-- begin " + section + " -->\n";
        String after = "<!-- end " + section + " -->";
        int start = page.indexOf(before);
        int end = page.indexOf(after);
        if (start < 0 || end < start) {
            throw new IOException("the page must have a section from " + before.strip() + " to " + after);
        }
        return page.substring(0, start + before.length()) + "\n" + text + "\n" + page.substring(end);
    }
}
