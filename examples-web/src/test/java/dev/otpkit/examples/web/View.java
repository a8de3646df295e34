package dev.otpkit.examples.web;

import java.util.List;
import java.util.stream.Stream;

/**
 * The browser of a visitor: its language, its width, and whether it prefers dark colours or runs no scripts. Each test
 * names the few views of an ordinary run; with {@code -Dviews=all} it has all of them.
 */
record View(String language, int width, boolean dark, boolean scripts) {
    static final View PHONE = new View("en", 390, false, true);
    /** Whether each path is tried in every view. */
    static final boolean ALL = "all".equals(System.getProperty("views"));

    private static final List<View> EVERY = Stream.of(PHONE, PHONE.arabic())
            .flatMap(view -> Stream.of(view, view.desktop()))
            .flatMap(view -> Stream.of(view, view.withoutScripts()))
            .toList();

    /** Returns these views, or both languages at both widths, with scripts and without, if all were asked for. */
    static Stream<View> orAll(View... ordinary) {
        return ALL ? EVERY.stream() : Stream.of(ordinary);
    }

    /** Returns these views, or both languages in light and dark colours on a phone, if all were asked for. */
    static Stream<View> orAllColours(View... ordinary) {
        return ALL
                ? Stream.of(PHONE, PHONE.arabic()).flatMap(view -> Stream.of(view, view.inTheDark()))
                : Stream.of(ordinary);
    }

    View arabic() {
        return new View("ar", width, dark, scripts);
    }

    View desktop() {
        return new View(language, 1280, dark, scripts);
    }

    View inTheDark() {
        return new View(language, width, true, scripts);
    }

    View withoutScripts() {
        return new View(language, width, dark, false);
    }

    int height() {
        return width == 390 ? 844 : 800;
    }

    /** Returns a Saudi mobile number that ends in this digit and that no other view of {@link #orAll} has. */
    String number(int digit) {
        return "+9665012345" + EVERY.indexOf(this) + digit;
    }

    /** Returns the name of the screenshot of a page in this view. */
    String fileOf(String page) {
        return page + "-" + language + "-" + width + (dark ? "-dark" : "") + (scripts ? "" : "-nojs") + ".png";
    }

    @Override
    public String toString() {
        return fileOf("").substring(1).replace(".png", "");
    }
}
