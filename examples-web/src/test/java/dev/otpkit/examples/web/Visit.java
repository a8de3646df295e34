package dev.otpkit.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.otpkit.spi.OtpMessage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * One visitor in a browser, with cookies of their own. When the visit ends, it fails if a page wrote an error on the
 * console or broke the Content-Security-Policy, which Chromium writes there too.
 */
final class Visit implements AutoCloseable {
    /** The answers that a refused input gets, and that Chromium calls errors. */
    private static final String REFUSED = "Failed to load resource: the server responded with a status of 4(22|29) .*";

    private static final int PICTURE_HEIGHT = 760;
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    private final Chromium chromium;
    private final RunningExample example;
    private final View view;
    private final BrowserContext context;
    private final Page page;
    private final List<String> errors = new ArrayList<>();

    Visit(Chromium chromium, RunningExample example, View view) {
        this(chromium, example, view, 1);
    }

    Visit(Chromium chromium, RunningExample example, View view, double scale) {
        this.chromium = chromium;
        this.example = example;
        this.view = view;
        this.context = chromium.browser()
                .newContext(new Browser.NewContextOptions()
                        .setBaseURL(example.address().toString())
                        .setLocale(view.language())
                        .setViewportSize(view.width(), view.height())
                        .setDeviceScaleFactor(scale)
                        .setColorScheme(view.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)
                        .setReducedMotion(ReducedMotion.REDUCE)
                        .setJavaScriptEnabled(view.scripts()));
        context.setDefaultTimeout(20_000);
        this.page = context.newPage();
        page.onConsoleMessage(this::onConsole);
        page.onPageError(error -> errors.add("page error: " + error));
        page.onRequestFailed(request -> errors.add("failed: " + request.url() + " " + request.failure()));
    }

    private void onConsole(ConsoleMessage message) {
        String text = message.text();
        if ((message.type().equals("error") || message.type().equals("warning")) && !text.matches(REFUSED)) {
            errors.add(message.type() + ": " + text);
        }
    }

    Page page() {
        return page;
    }

    Visit goTo(String path) {
        page.navigate(path);
        return this;
    }

    Visit fill(String selector, String value) {
        page.fill(selector, value);
        return this;
    }

    Visit click(String selector) {
        page.click(selector);
        return this;
    }

    /** Types a code, sends it, and waits for the answer's page. */
    Visit enter(String code) {
        return fill("#code", code).click("#continue");
    }

    /** Fills in the sign-up with a name and an address, and sends it. */
    Visit signUp(String name, String address) {
        return goTo("/register").fill("#name", name).fill("#address", address).click("#continue");
    }

    String text(String selector) {
        return page.locator(selector).innerText().strip();
    }

    Locator locator(String selector) {
        return page.locator(selector);
    }

    String path() {
        return page.url().substring(example.address().toString().length()).replaceAll("\\?.*", "");
    }

    OtpMessage lastMessageTo(String address) {
        return example.lastMessageTo(address);
    }

    /** Waits until the page of this path has loaded. */
    Visit isAt(String path) {
        page.waitForURL(url -> URI.create(url).getPath().equals(path));
        return look();
    }

    /** Requires an error of this reason: in words, announced, named in the title, and where the focus is. */
    Visit showsError(String reason) {
        assertThat(locator("[role=alert]").count())
                .as("elements with role=alert")
                .isEqualTo(1);
        Locator error = locator("#error[role=alert]");
        assertThat(error.getAttribute("data-reason")).isEqualTo(reason);
        assertThat(error.innerText()).isNotBlank().doesNotContain("??", "{", "}");
        assertThat(page.title()).startsWith(view.language().equals("ar") ? "خطأ: " : "Error: ");
        return look();
    }

    /** Requires the field to be invalid, described by the error, and to have the focus. */
    Visit blames(String field) {
        Locator input = locator(field);
        assertThat(input.getAttribute("aria-invalid")).isEqualTo("true");
        assertThat(input.getAttribute("aria-describedby").split(" ")).contains("error");
        return hasFocus(field);
    }

    /** Waits until the element has the focus, which a page that has loaded may move only when it is painted. */
    Visit hasFocus(String selector) {
        PlaywrightAssertions.assertThat(locator(selector)).isFocused();
        return this;
    }

    Visit showsNoError() {
        assertThat(locator("#error").count()).as("error at %s", path()).isZero();
        assertThat(page.title()).doesNotStartWith("Error: ").doesNotStartWith("خطأ: ");
        return this;
    }

    /** Requires that the page fits the width, has its language and direction, and one heading of the first rank. */
    Visit fits() {
        assertThat(page.evaluate("(() => { const html = document.documentElement;"
                        + " return [html.scrollWidth - html.clientWidth, html.lang, html.dir,"
                        + " document.querySelectorAll('h1').length].join(' '); })()"))
                .as("at %s: pixels by which it is too wide, language, direction, number of h1", path())
                .isEqualTo(view.language().equals("ar") ? "0 ar rtl 1" : "0 en ltr 1");
        return this;
    }

    /** Takes a screenshot of a page that {@link #fits()}, named after its path and error. */
    Visit shot() {
        fits();
        String name = path().equals("/") ? "home" : path().substring(1).replace('/', '-');
        Locator error = locator("#error");
        String reason = error.count() == 0 ? "" : "-" + error.getAttribute("data-reason");
        Path file = SCREENSHOTS.resolve(view.fileOf(name + reason));
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
        return this;
    }

    /** With all views, every page and error on the way has its screenshot. */
    private Visit look() {
        return View.ALL ? shot() : this;
    }

    /** Writes a picture of the page down to its footer, as small as PNG can. */
    void picture(Path file) throws IOException {
        byte[] large = page.screenshot(new Page.ScreenshotOptions().setClip(0, 0, view.width(), PICTURE_HEIGHT));
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(large));
        BufferedImage opaque = new BufferedImage(read.getWidth(), read.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(read, 0, 0, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam smallest = writer.getDefaultWriteParam();
        smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        smallest.setCompressionQuality(0);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        try (ImageOutputStream output = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(output);
            writer.write(null, new IIOImage(opaque, null, null), smallest);
        } finally {
            writer.dispose();
        }
    }

    /** Returns what axe-core calls serious or critical on this page, each with its element. */
    List<String> barriers() {
        page.evaluate(chromium.axe());
        Object found = page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations"
                + ".filter(rule => ['serious', 'critical'].includes(rule.impact))"
                + ".flatMap(rule => rule.nodes.map(node => rule.id + ': ' + node.html + ' ' + node.failureSummary))");
        return ((List<?>) found).stream().map(Object::toString).toList();
    }

    @Override
    public void close() {
        context.close();
        assertThat(errors).as("errors of the pages, %s", view).isEmpty();
    }
}
