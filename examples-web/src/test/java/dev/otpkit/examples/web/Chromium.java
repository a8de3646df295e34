package dev.otpkit.examples.web;

import static org.junit.jupiter.api.Assumptions.abort;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The Chromium of the machine, headless and driven by Playwright. Playwright's driver and axe-core come from npm into a
 * {@code target} folder, some megabytes in place of the 200 MB of Playwright's bundle, and no browser is ever
 * downloaded. Tests are skipped if {@code chromium} (or {@code chromium-headless-shell}), {@code node} or {@code npm}
 * is missing, or if npm cannot install the two; with {@code CI=true} in the environment, an install that fails is a
 * failure.
 */
final class Chromium implements AutoCloseable {
    private static final List<String> PACKAGES = List.of("playwright-core@1.54.0", "axe-core@4.11.0");
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path FOLDER = Path.of("target", "npm").toAbsolutePath();

    private final Playwright playwright;
    private final Browser browser;
    private final String axe;

    private Chromium(Playwright playwright, Browser browser, String axe) {
        this.playwright = playwright;
        this.browser = browser;
        this.axe = axe;
    }

    static Chromium launch() {
        // The shell does half of the work that the whole browser does for the same pages.
        Path chromium = find("chromium-headless-shell").orElseGet(() -> program("chromium"));
        Path node = program("node");
        install(program("npm"));
        Path modules = FOLDER.resolve("node_modules");
        Playwright playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_NODEJS_PATH", node.toString(), "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        boolean launched = false;
        try {
            // Without the sandbox, since Chromium refuses to start one for root.
            Browser browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(chromium)
                            .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
            Chromium result =
                    new Chromium(playwright, browser, Files.readString(modules.resolve("axe-core/axe.min.js")));
            launched = true;
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!launched) {
                playwright.close();
            }
        }
    }

    Browser browser() {
        return browser;
    }

    /** Returns the script of axe-core. */
    String axe() {
        return axe;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    private static Path program(String name) {
        return find(name).orElseGet(() -> abort(name + " is not installed: no test in a browser"));
    }

    private static Optional<Path> find(String name) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, name);
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static void install(Path npm) {
        Path modules = FOLDER.resolve("node_modules");
        // The name by which Playwright for Java looks for its driver.
        Path driver = FOLDER.resolve("package");
        System.setProperty("playwright.cli.dir", FOLDER.toString());
        if (Files.exists(driver.resolve("cli.js")) && Files.exists(modules.resolve("axe-core/axe.min.js"))) {
            return;
        }
        List<String> command = new ArrayList<>(List.of(npm.toString(), "install", "--no-save", "--no-package-lock"));
        command.addAll(List.of("--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=4", "--prefix"));
        command.add(FOLDER.toString());
        command.addAll(PACKAGES);
        try {
            Files.createDirectories(FOLDER);
            Path log = FOLDER.resolve("install.log");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly();
            if (!ended || process.exitValue() != 0) {
                String problem = "npm could not install " + PACKAGES + ": " + Files.readString(log);
                if ("true".equals(System.getenv("CI"))) {
                    throw new IllegalStateException(problem);
                }
                abort(problem);
            }
            Files.move(modules.resolve("playwright-core"), driver);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
