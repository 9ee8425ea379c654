package org.nestguard.evidence.artefact;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.facts.Version;

/**
 * What {@code /var/log/libvirt/qemu/NAME.log} says of the guest's last start. A log of earlier starts is no evidence of how
 * the process that runs now began.
 *
 * @param startedAt when libvirt started it
 * @param libvirt the libvirt that did
 * @param libvirtPackage its package; unsaid where libvirt was built without that
 * @param qemu the QEMU it started, which may since have been replaced on the disk
 * @param kernel the host's kernel then; unsaid in the log of older libvirt
 * @param hostname the host's name then
 * @param commandLine the command line it used
 * @param ended whether the guest shut down since. A host that lost its power writes nothing
 * @param endReason libvirt's word for why it did: destroyed, migrated, saved, …
 * @param migrationBegunAt when it last began to send the guest elsewhere since
 * @param commanded whether since then QEMU was given commands past libvirt, which may have loaded a snapshot: libvirt notes
 *     that by a taint
 */
public record DomainLog(
        Reading<Instant> startedAt,
        Reading<Version> libvirt,
        Reading<String> libvirtPackage,
        QemuBuild qemu,
        Reading<String> kernel,
        Reading<String> hostname,
        QemuCommandLine commandLine,
        Reading<Boolean> ended,
        Reading<String> endReason,
        Reading<Instant> migrationBegunAt,
        Reading<Boolean> commanded) {
    private static final int LONGEST_HEADER = 8 << 10;
    private static final Pattern STAMPED = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[ T](\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?)([+-]\\d{2}:?\\d{2}|Z)?: ?(.*)");
    private static final String STARTS = "starting up";
    private static final String ENDS = "shutting down";
    private static final String SENDS = "initiating migration";
    private static final Pattern COMMANDED =
            Pattern.compile("Domain id=[0-9]{1,10} is tainted: " + DomainXml.COMMANDED + "\\b");
    private static final List<String> PARTS =
            List.of(" libvirt version: ", ", package: ", ", qemu version: ", ", kernel: ", ", hostname: ");

    /** Reads the log; where no start is in it, nothing is said, with the reason. */
    public static DomainLog read(String text) {
        Matcher start = null;
        int startLine = 0;
        Matcher end = null;
        int endLine = 0;
        Matcher send = null;
        int sendLine = 0;
        int commandedLine = 0;
        boolean inCommand = false;
        boolean quoted = false;
        List<String> command = new ArrayList<>();
        int number = 0;
        for (String line : LineFeeds.lines(text)) {
            number++;
            Matcher stamped = STAMPED.matcher(line.length() > LONGEST_HEADER ? "" : line);
            // a line within quotes is a word's, which a tenant may have written, whatever it looks like
            String what = !quoted && stamped.matches() ? stamped.group(4) : "";
            if (what.startsWith(STARTS)) {
                start = stamped;
                startLine = number;
                end = null;
                send = null;
                commandedLine = 0;
                command.clear();
                inCommand = true;
            } else if (what.startsWith(ENDS)) {
                end = stamped;
                endLine = number;
                inCommand = false;
            } else if (what.startsWith(SENDS)) {
                send = stamped;
                sendLine = number;
            } else if (inCommand) {
                // a command begins with a path or an assignment, what QEMU has to say with a date
                boolean message = command.isEmpty() && !line.isEmpty() && Character.isDigit(line.charAt(0));
                quoted = !message && opensQuote(line, quoted);
                inCommand = !message && (quoted || line.endsWith("\\"));
                if (!message) {
                    command.add(line);
                }
            }
            if (COMMANDED.matcher(line).find()) {
                commandedLine = number;
            }
        }
        if (start == null) {
            return unsaid("the log has no start in it; an older part of it may be beside it, as NAME.log.0");
        }
        String header = start.group(4);
        return new DomainLog(
                instant(start, startLine),
                version(part(header, 0), startLine),
                said(part(header, 1), startLine, "the log does not name libvirt's package"),
                QemuBuild.logged(part(header, 2), startLine),
                said(part(header, 3), startLine, "the log does not name the kernel"),
                said(part(header, 4), startLine, "the log does not name the host"),
                command.isEmpty()
                        ? QemuCommandLine.unsaid("no command line follows the last start in the log")
                        : QemuCommandLine.read(String.join("\n", command)),
                Reading.said(end != null, end == null ? startLine : endLine),
                end == null ? Reading.unsaid("the log says no end since") : reason(end.group(4), endLine),
                send == null ? Reading.unsaid("the log says of no migration since") : instant(send, sendLine),
                Reading.said(commandedLine > 0, commandedLine > 0 ? commandedLine : startLine));
    }

    /** Whether a word in single quotes, as libvirt writes it, goes on in the next line. */
    private static boolean opensQuote(String line, boolean quoted) {
        boolean open = quoted;
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\\' && !open) {
                i++; // the next one is plain
            } else if (line.charAt(i) == '\'') {
                open = !open;
            }
        }
        return open;
    }

    private static DomainLog unsaid(String why) {
        return new DomainLog(
                Reading.unsaid(why),
                Reading.unsaid(why),
                Reading.unsaid(why),
                QemuBuild.unsaid(why),
                Reading.unsaid(why),
                Reading.unsaid(why),
                QemuCommandLine.unsaid(why),
                Reading.unsaid(why),
                Reading.unsaid(why),
                Reading.unsaid(why),
                Reading.unsaid(why));
    }

    private static Reading<Instant> instant(Matcher stamped, int line) {
        if (stamped.group(3) == null) {
            return Reading.unsaid("the log's time has no zone (line " + line + ")");
        }
        String zone = stamped.group(3).length() == 5
                ? stamped.group(3).substring(0, 3) + ":" + stamped.group(3).substring(3)
                : stamped.group(3);
        try {
            return Reading.said(
                    OffsetDateTime.parse(stamped.group(1) + "T" + stamped.group(2) + zone)
                            .toInstant(),
                    line);
        } catch (DateTimeException e) {
            return Reading.unsaid("the log's time is none (line " + line + ")");
        }
    }

    /** What stands between that part's words and those of the next part that is there; a package has commas of its own. */
    private static String part(String header, int index) {
        int begin = header.indexOf(PARTS.get(index));
        if (begin < 0) {
            return "";
        }
        int from = begin + PARTS.get(index).length();
        int to = header.length();
        for (String next : PARTS.subList(index + 1, PARTS.size())) {
            int at = header.indexOf(next, from);
            if (at >= 0) {
                to = Math.min(to, at);
            }
        }
        return header.substring(from, to).strip();
    }

    private static Reading<Version> version(String text, int line) {
        return Version.read(text)
                .map(v -> Reading.said(v, line))
                .orElseGet(() -> Reading.unsaid("the log says no version of libvirt"));
    }

    private static Reading<String> said(String text, int line, String unsaid) {
        return text.isEmpty() ? Reading.unsaid(unsaid) : Reading.said(text, line);
    }

    private static Reading<String> reason(String message, int line) {
        int at = message.indexOf("reason=");
        return said(
                at < 0 ? "" : message.substring(at + "reason=".length()).strip(),
                line,
                "libvirt of that age does not say why the guest shut down");
    }
}
