package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class XmlTreeTest {
    private static XmlTree tree(String text) {
        return XmlTree.read(text).value().orElseThrow(() -> new AssertionError(why(text)));
    }

    private static String why(String text) {
        return XmlTree.read(text) instanceof Reading.Unsaid<XmlTree> unsaid ? unsaid.why() : "it was read";
    }

    @Test
    void elementsKeepTheirAttributesTextAndLine() {
        XmlTree root = tree(
                "\n<?xml version='1.0'?>\n<!-- made by hand -->\n<a>\n  <b c='1'>two &amp; <![CDATA[<three>]]></b>\n</a>\n");
        assertEquals("a", root.name());
        assertEquals(4, root.line());
        XmlTree b = root.at("b").orElseThrow();
        assertEquals("two & <three>", b.text());
        assertEquals(Reading.said("1", 5), b.attribute("c"));
        assertTrue(root.at("b/c").isEmpty());
    }

    @Test
    void aPrefixThatNobodyDeclaresIsPartOfTheName() {
        assertEquals(
                "q:arg", tree("<a><q:arg value='x'/></a>").children().get(0).name());
    }

    @Test
    void anyDocumentTypeIsRefusedWithItsLine() {
        String why = why("<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/never.dtd'>\n<a/>");
        assertTrue(why.contains("DOCTYPE") && why.contains("line"), why);
    }

    @Test
    void anEntityBombIsRefusedBeforeItGrows() {
        StringBuilder bomb = new StringBuilder("<!DOCTYPE a [<!ENTITY e0 'haha'>");
        for (int i = 1; i < 30; i++) {
            bomb.append("<!ENTITY e")
                    .append(i)
                    .append(" '")
                    .append(("&e" + (i - 1) + ";").repeat(10))
                    .append("'>");
        }
        assertTrue(why(bomb + "]><a>&e29;</a>").contains("DOCTYPE"));
    }

    @Test
    void anExternalEntityIsNeverOpened() {
        assertTrue(why("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>")
                .contains("DOCTYPE"));
    }

    @Test
    void anEntityThatNothingDeclaresIsRefused() {
        assertTrue(XmlTree.read("<a>&x;</a>").value().isEmpty());
        assertTrue(XmlTree.read("<a b='&x;'/>").value().isEmpty());
    }

    @Test
    void theWordsOfADocumentTypeInTextAreOnlyText() {
        assertEquals("<!DOCTYPE a>", tree("<a><![CDATA[<!DOCTYPE a>]]></a>").text());
    }

    @Test
    void depthHasABound() {
        assertTrue(why("<a>".repeat(10_000)).contains("deep"));
        assertTrue(XmlTree.read("<a>".repeat(64) + "</a>".repeat(64)).value().isPresent());
    }

    @Test
    void theNumberOfElementsHasABound() {
        assertTrue(why("<a>" + "<b/>".repeat(200_001) + "</a>").contains("elements"));
    }

    @Test
    void theNumberOfAttributesHasABound() {
        StringBuilder many = new StringBuilder("<a");
        for (int i = 0; i < 100; i++) {
            many.append(" a").append(i).append("='1'");
        }
        assertTrue(why(many + "/>").contains("attributes"));
    }

    @Test
    void sizeHasABound() {
        assertTrue(why("<a>" + " ".repeat(9 << 20) + "</a>").contains("characters"));
    }

    @Test
    void whatIsNotWellFormedIsToldWithItsLine() {
        assertTrue(why("<a>\n<b></a>").contains("line 2"), why("<a>\n<b></a>"));
        assertTrue(why("\n\n\n<a>\n<b></a>").contains("line 5"), why("\n\n\n<a>\n<b></a>"));
        assertTrue(why("<a/><b/>").contains("well-formed"));
        assertTrue(why("error: failed to get domain").contains("well-formed"));
        assertEquals("the text is empty", why("  \n"));
    }

    @Test
    void bytesThatAreNoTextAreRefused() {
        assertTrue(XmlTree.read("<a>\0</a>").value().isEmpty());
        assertTrue(XmlTree.read("\u007fELF\2\1\1").value().isEmpty());
    }
}
