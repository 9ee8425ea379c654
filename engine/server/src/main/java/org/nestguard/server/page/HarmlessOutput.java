package org.nestguard.server.page;

import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import org.nestguard.engine.text.Harmless;

/**
 * Where a template writes to. All that it did not bring itself comes through one place, where nothing is let through that turns
 * lines round or is not seen; then it is escaped for where it stands.
 */
final class HarmlessOutput extends OwaspHtmlTemplateOutput {
    HarmlessOutput(StringOutput page) {
        super(page);
    }

    @Override
    public void writeUserContent(String text) {
        super.writeUserContent(text == null ? null : Harmless.text(text));
    }
}
