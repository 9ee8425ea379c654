package org.nestguard.fleet.report.html;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's browser, which looks at files. */
public final class Chromium implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path PICTURES = Path.of("target", "page");

    final ChromeDriver browser;

    /** Starts one. */
    public Chromium() {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BINARY.toString());
        // as root it ends without no-sandbox
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars");
        options.setCapability("goog:loggingPrefs", logs);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File(DRIVER.toString()))
                        .usingAnyFreePort()
                        .build(),
                options);
    }

    /** Whether one is installed. */
    static boolean installed() {
        return Files.isExecutable(BINARY) && Files.isExecutable(DRIVER);
    }

    /** Opens a file. */
    public void open(Path file) {
        browser.get(file.toUri().toString());
    }

    /** What a script gives back. */
    public Object said(String script, Object... arguments) {
        return Objects.requireNonNull(browser.executeScript(script, arguments));
    }

    List<String> complaints() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    void look(int width, boolean dark) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void picture(String name) throws IOException {
        Object data = browser.executeCdpCommand(
                        "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true))
                .get("data");
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(data)));
    }

    byte[] paper(String name) throws IOException {
        Object data = browser.executeCdpCommand("Page.printToPDF", Map.of("paperWidth", 8.27, "paperHeight", 11.69))
                .get("data");
        Files.createDirectories(PICTURES);
        byte[] pdf = Base64.getDecoder().decode(String.valueOf(data));
        Files.write(PICTURES.resolve(name + ".pdf"), pdf);
        return pdf;
    }

    /** What keeps people out. */
    Object obstacles() throws IOException {
        try (InputStream in = Objects.requireNonNull(Chromium.class.getResourceAsStream("/axe.min.js"))) {
            browser.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        return Objects.requireNonNull(browser.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run().then(
                    r => done(r.violations.map(v => v.impact + ' ' + v.id + ': ' + v.nodes.map(n => n.html).join(' | '))),
                    e => done(['axe failed: ' + e]));
                """));
    }

    @Override
    public void close() {
        browser.quit();
    }
}
