package org.nestguard.fleet.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The page in a real browser. Pictures of it are left in {@code target/page}. */
@Tag("any-jvm") // long, and the same on each; see .ci/run
class HtmlReportInChromiumTest {
    @TempDir
    private Path folder = Path.of("");

    private Chromium chromium;

    @BeforeEach
    void start() {
        assumeTrue(Chromium.installed(), "no browser has seen the page: install Debian's chromium and chromium-driver");
        chromium = new Chromium();
        chromium.browser.manage().timeouts().scriptTimeout(Duration.ofMinutes(2));
    }

    @AfterEach
    void end() {
        if (chromium != null) {
            chromium.close();
        }
    }

    private void open(Path fleet, @Nullable String to) throws IOException {
        chromium.open(Files.writeString(folder.resolve("audit.html"), Fleets.page(fleet, to)));
    }

    private String text(String selector) {
        return chromium.browser.findElement(By.cssSelector(selector)).getText();
    }

    private void choose(String list, String what) {
        for (WebElement option : chromium.browser.findElements(By.cssSelector("#" + list + " option"))) {
            if (option.getText().equals(what)) {
                option.click();
                return;
            }
        }
        throw new AssertionError("there is no " + what + " in " + list);
    }

    @Test
    void itIsReadableWideAndNarrowLightAndDarkAndOnPaper() throws Exception {
        Path sample = Fleets.sample(folder, 40, 60);
        for (String to : List.of("savevm", "all")) {
            for (boolean dark : List.of(false, true)) {
                for (int width : List.of(1_200, 420)) {
                    String where = to + (dark ? "-dark-" : "-light-") + width;
                    chromium.look(width, dark);
                    open(sample, to.equals("savevm") ? null : to);
                    assertEquals(
                            true,
                            chromium.said("return document.documentElement.scrollWidth <= window.innerWidth"),
                            where);
                    chromium.picture(where);
                    chromium.said("document.querySelectorAll('details').forEach(d => d.open = true); return true");
                    assertEquals(List.of(), chromium.obstacles(), where);
                }
            }
        }
        assertTrue(chromium.paper("paper").length > 0);
        assertEquals(List.of(), chromium.complaints());
    }

    @Test
    void aWideTableIsPushedAsideAndNotThePage() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int pool = 0; pool < 24; pool++) {
            lines.add("{\"kind\":\"host\",\"id\":\"h" + pool + "\",\"pool\":\"p" + pool + "\",\"observedAt\":"
                    + "\"2026-11-22T13:00:00Z\",\"vendor\":\"amd\"}");
            lines.add("{\"kind\":\"guest\",\"hostId\":\"h" + pool + "\",\"name\":\"g" + pool + "\"}");
        }
        chromium.look(420, false);
        open(Files.write(folder.resolve("fleet.ndjson"), lines), "all");
        assertEquals(
                24,
                chromium.browser.findElements(By.cssSelector("#grid thead .to")).size());
        assertEquals(true, chromium.said("return document.documentElement.scrollWidth <= window.innerWidth"));
    }

    @Test
    void onPaperNothingIsLeftClosedThatSaysWhyNot() throws Exception {
        open(Fleets.sample(folder, 400, 60), "all");
        String closed =
                "return document.querySelectorAll('#why ~ details:not([open]), details.rule:not([open])').length";
        long before = (Long) chromium.said(closed);
        assertTrue(before > 3, "there are some");
        assertEquals(0L, chromium.said("window.dispatchEvent(new Event('beforeprint')); " + closed));
        assertEquals(before, chromium.said("window.dispatchEvent(new Event('afterprint')); " + closed));
    }

    @Test
    void theReasonOfACellIsToldToWhoPointsAndToWhoUsesTheKeyboard() throws Exception {
        open(Fleets.RACK, "all");
        List<WebElement> cells = chromium.browser.findElements(By.cssSelector("#grid tbody a"));
        new Actions(chromium.browser).moveToElement(cells.get(1)).perform();
        soon(() -> text("#said").contains("amd → intel"));
        soon(() -> text("#said").contains("vendor-differs"));
        new Actions(chromium.browser)
                .moveToElement(chromium.browser.findElement(By.tagName("h1")))
                .perform();
        chromium.said("document.querySelector('.scroll').focus(); return true");
        new Actions(chromium.browser).sendKeys(Keys.TAB).perform();
        soon(() -> text("#said").contains("amd → amd"));
        soon(() -> text("#said").contains("amd-live-l2"));
        new Actions(chromium.browser)
                .sendKeys(Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
                .perform();
        soon(() -> text("#said").contains("intel → intel"));
        new Actions(chromium.browser).sendKeys(Keys.ARROW_RIGHT, Keys.HOME).perform();
        soon(() -> text("#said").contains("intel → amd"));
        new Actions(chromium.browser).sendKeys(Keys.ENTER).perform();
        soon(() -> chromium.browser.findElement(By.id("p1-0")).isDisplayed());
        assertEquals(List.of(), chromium.complaints());
    }

    /** A browser does what a click asks for a moment later. */
    private static void soon(BooleanSupplier holds) throws InterruptedException {
        for (int i = 0; i < 500 && !holds.getAsBoolean(); i++) {
            Thread.sleep(20);
        }
        assertTrue(holds.getAsBoolean());
    }

    @Test
    void theListIsSearchedAndFiltered() throws Exception {
        open(Fleets.RACK, null);
        assertEquals("All 5 guests of the list are shown.", text("#found"));
        WebElement search = chromium.browser.findElement(By.id("text"));
        search.sendKeys("L0-B lab-02");
        soon(() -> text("#found").equals("1 of the 5 guests of the list are shown."));
        search.clear();
        choose("verdict", "ALLOW");
        soon(() ->
                text("#list tbody").contains("web-01") && !text("#list tbody").contains("build-farm-07"));
        chromium.browser.findElement(By.cssSelector("button[type=reset]")).click();
        choose("rule", "amd-live-l2");
        soon(() -> text("#list tbody").startsWith("build-farm-07")
                && !text("#list tbody").contains("ci-01"));
        assertEquals(List.of(), chromium.complaints());
    }

    @Test
    void aReasonLeadsToItsRuleAndTheRuleToItsGuests() throws Exception {
        open(Fleets.RACK, null);
        chromium.browser.findElement(By.linkText("amd-live-l2")).click();
        soon(() -> text("#rule-amd-live-l2").contains("Do next"));
        choose("verdict", "ALLOW");
        chromium.browser
                .findElement(By.cssSelector("#rule-amd-live-l2 a[href^='#g']"))
                .click();
        soon(() -> text("tr:target").contains("build-farm-07"));
    }

    @Test
    void aNameThatIsAScriptDoesNothing() throws Exception {
        List<String> lines = Files.readAllLines(Fleets.RACK);
        String hostile = "</script><script>window.owned=1</script><img src=x onerror=window.owned=1>\\u202e";
        open(
                Files.write(
                        folder.resolve("fleet.ndjson"),
                        lines.stream()
                                .map(line -> line.replace("\"pool\":\"amd\"", "\"pool\":\"" + hostile + "\"")
                                        .replace("build-farm-07", hostile))
                                .toList()),
                "all");
        new Actions(chromium.browser)
                .moveToElement(chromium.browser
                        .findElements(By.cssSelector("#grid tbody a"))
                        .get(0))
                .perform();
        soon(() -> text("#said").contains("<script>"));
        assertNull(chromium.browser.executeScript("return window.owned"));
        assertEquals(1L, chromium.said("return document.querySelectorAll('script, img, [onerror]').length"));
        assertEquals(List.of(), chromium.complaints());
    }

    @Test
    void whatThePageDoesNotAllowIsSeenByThisTest() throws Exception {
        open(Fleets.RACK, null);
        chromium.said("document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:1/x.png\">');"
                + " return true");
        assertTrue(chromium.complaints().toString().contains("Content Security Policy"));
    }
}
