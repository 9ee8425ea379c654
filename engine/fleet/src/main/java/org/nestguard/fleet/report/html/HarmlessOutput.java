package org.nestguard.fleet.report.html;

import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import org.nestguard.engine.text.Harmless;

/** Where the template writes to: nothing of others' text gets through that turns lines round or is not seen; then it is escaped. */
final class HarmlessOutput extends OwaspHtmlTemplateOutput {
    HarmlessOutput(StringOutput page) {
        super(page);
    }

    @Override
    public void writeUserContent(String text) {
        super.writeUserContent(text == null ? null : Harmless.text(text));
    }
}
