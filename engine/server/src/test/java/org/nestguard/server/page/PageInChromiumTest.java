package org.nestguard.server.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The page in a real browser. Pictures of it are left in {@code target/page}. */
@Tag("any-jvm") // long, and the same on each; see .ci/run
class PageInChromiumTest {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path PICTURES = Path.of("target", "page");
    private static final int TALL = 900;

    @TempDir
    private Path folder = Path.of("");

    private PageSite site;
    private ChromeDriver browser;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "no browser has seen the page: install Debian's chromium and chromium-driver");
        site = PageSite.start(folder, "");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toString());
        // as root it ends without no-sandbox
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars");
        options.setCapability("goog:loggingPrefs", logs);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(new File(DRIVER.toString()))
                        .usingAnyFreePort()
                        .build(),
                options);
        open("/");
    }

    @AfterEach
    void end() {
        if (browser != null) {
            browser.quit();
        }
        if (site != null) {
            site.close();
        }
    }

    private void open(String path) {
        browser.get("http://127.0.0.1:" + site.port() + path);
    }

    /** As a person with a keyboard does. */
    private void ask(String operation, String guest, String to) {
        browser.findElement(By.cssSelector("#operation option[value=" + operation + "]"))
                .click();
        type("to", to);
        type("guest", guest);
        WebElement before = browser.findElement(By.tagName("html"));
        browser.findElement(By.id("guest")).sendKeys(Keys.ENTER);
        gone(before);
    }

    private static void gone(WebElement element) {
        for (int i = 0; i < 2_000; i++) {
            try {
                element.isEnabled();
                Thread.sleep(10);
            } catch (StaleElementReferenceException e) {
                return;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("the form led nowhere");
    }

    private void type(String field, String text) {
        WebElement input = browser.findElement(By.id(field));
        input.clear();
        input.sendKeys(text);
    }

    private List<String> complaints() {
        return browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
    }

    private void look(int width, boolean dark) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", TALL, "deviceScaleFactor", 1, "mobile", false));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    private void picture(String name) throws IOException {
        Object data = browser.executeCdpCommand(
                        "Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true))
                .get("data");
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name + ".png"), Base64.getDecoder().decode(String.valueOf(data)));
    }

    private void assertNobodyIsKeptOut(String where) throws IOException {
        try (InputStream in = PageInChromiumTest.class.getResourceAsStream("/axe.min.js")) {
            assertNotNull(in);
            browser.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        Object found = browser.executeAsyncScript("""
                const done = arguments[arguments.length - 1];
                axe.run().then(
                    r => done(r.violations.map(v => v.impact + ' ' + v.id + ': ' + v.nodes.map(n => n.html).join(' | '))),
                    e => done(['axe failed: ' + e]));
                """);
        assertEquals(List.of(), found, where);
    }

    @Test
    void aPersonAsksWithTheFormAndSeesTheVerdict() {
        assertEquals("en", browser.findElement(By.tagName("html")).getDomAttribute("lang"));
        ask("migrate", "build-farm-07", "l0-b");
        assertEquals(
                "DENY", browser.findElement(By.cssSelector("#verdict .word")).getText());
        assertTrue(browser.getTitle().startsWith("DENY: migrate build-farm-07 from l0-a to l0-b"), browser.getTitle());
        assertTrue(browser.findElement(By.cssSelector(".because")).getText().contains("guest.l2.live = 2"));
        assertEquals("build-farm-07", browser.findElement(By.id("guest")).getDomProperty("value"));
        assertEquals(
                "1",
                browser.findElement(By.cssSelector("[aria-labelledby=latest] tbody th"))
                        .getText());
        assertEquals(List.of(), complaints());
    }

    @Test
    void whatStandsInTheListOfDestinationsCanBeAsked() {
        ask("migrate", "build-farm-07", "");
        WebElement first = browser.findElement(By.cssSelector("[aria-labelledby=destinations] tbody a"));
        WebElement before = browser.findElement(By.tagName("html"));
        first.click();
        gone(before);
        assertFalse(
                browser.findElement(By.cssSelector("#verdict .word")).getText().isEmpty());
        assertEquals(List.of(), complaints());
    }

    @Test
    void aPersonShowsNameAndTokenAndSeesWhatWasDecided() throws Exception {
        site.close();
        Path credentials = Files.writeString(
                folder.resolve("credentials.yaml"), "- {name: anna, token: anna-0123456789abcdef, roles: [ask]}\n");
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
        site = PageSite.start(folder, "credentials: " + credentials + "\n");
        complaints(); // what the one that was closed still owed is nobody's fault
        browser.get("http://anna:anna-0123456789abcdef@127.0.0.1:" + site.port() + "/");
        assertEquals(
                "You ask as anna", browser.findElement(By.className("caller")).getText());
        ask("migrate", "build-farm-07", "l0-b");
        assertEquals(
                "DENY", browser.findElement(By.cssSelector("#verdict .word")).getText());
        WebElement before = browser.findElement(By.tagName("html"));
        browser.findElement(By.cssSelector("[aria-labelledby=latest] tbody th a"))
                .click();
        gone(before);
        assertEquals("Decision 1 - NestGuard", browser.getTitle());
        assertTrue(browser.findElement(By.tagName("pre")).getText().contains("\"operation\" : \"migrate\""));
        picture("past");
        assertNobodyIsKeptOut("past");
        assertEquals(List.of(), complaints());
        WebElement page = browser.findElement(By.tagName("html"));
        browser.findElement(By.partialLinkText("/v1/decisions/1")).click();
        gone(page);
        assertTrue(browser.findElement(By.tagName("body")).getText().contains("\"caller\":\"anna\""));
    }

    @Test
    void aNameThatIsAScriptDoesNothing() {
        ask("migrate", PageSite.HOSTILE, PageSite.BREAKOUT);
        assertTrue(browser.findElement(By.cssSelector(".deed")).getText().contains(PageSite.SCRIPT));
        assertTrue(browser.findElement(By.cssSelector(".deed")).getText().contains(PageSite.BREAKOUT));
        assertNull(browser.executeScript("return window.owned"));
        assertEquals(0L, browser.executeScript("return document.querySelectorAll('script, img, [onerror]').length"));
        assertEquals(List.of(), complaints());
    }

    @Test
    void whatThePageDoesNotAllowIsSeenByThisTest() {
        browser.executeScript(
                "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:1/x.png\">')");
        assertTrue(complaints().toString().contains("Content Security Policy"));
    }

    @Test
    void itIsReadableWideAndNarrowLightAndDark() throws Exception {
        for (boolean dark : List.of(false, true)) {
            for (int width : List.of(1_200, 420)) {
                String where = (dark ? "dark-" : "light-") + width;
                look(width, dark);
                open("/");
                picture(where + "-start");
                ask("migrate", "build-farm-07", "l0-b");
                picture(where + "-deny");
                assertNobodyIsKeptOut(where);
                assertEquals(
                        true,
                        browser.executeScript("return document.documentElement.scrollWidth <= window.innerWidth"),
                        where);
                ask("migrate", "twin", "l0-b");
                picture(where + "-refused");
                assertNobodyIsKeptOut(where + "-refused");
            }
        }
        look(1_200, false);
        open("/?host=l0-a");
        picture("guests");
        assertNobodyIsKeptOut("guests");
        ask("migrate", PageSite.TWIN.replace('7', '6'), "l0-j");
        picture("allow");
        ask("migrate", PageSite.TWIN, "l0-b");
        picture("undetermined");
        assertNobodyIsKeptOut("undetermined");
        ask("migrate", PageSite.HOSTILE, PageSite.BREAKOUT);
        picture("hostile");
        assertEquals(true, browser.executeScript("return document.documentElement.scrollWidth <= window.innerWidth"));
    }
}
