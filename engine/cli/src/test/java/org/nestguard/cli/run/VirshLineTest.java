package org.nestguard.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VirshLineTest {
    private static Meaning of(String... words) {
        return VirshLine.read(List.of(words)).orElseThrow().meaning();
    }

    /** Words apart by one space each. */
    private static Meaning line(String words) {
        return of(words.split(" ", -1));
    }

    @Test
    void savingIsUnderstood() {
        for (String line : List.of(
                "virsh save l1 file",
                "/usr/bin/virsh save l1 file",
                "./virsh save l1 file",
                "virsh -c qemu:///system save l1 file",
                "virsh -cqemu:///system save l1 file",
                "virsh --connect qemu:///system save l1 file",
                "virsh --connect=qemu:///system save l1 file",
                "virsh -qrtc qemu:///system save l1 file",
                "virsh -q -r -t -d 4 -e ^] -k 5 -K 3 -l log save l1 file",
                "virsh -k5 -d0 save l1 file",
                "virsh --quiet --timing --debug=4 --log /dev/null save l1 file",
                "virsh -- save l1 file",
                "virsh save --bypass-cache l1 --verbose file --paused",
                "virsh save --domain l1 --file file",
                "virsh save --file=file --domain=l1",
                "virsh save --file file l1",
                "virsh save --xml x l1 file",
                "virsh save -- l1 file",
                "virsh managedsave l1 file".replace(" file", ""),
                "virsh managedsave --running --verbose l1")) {
            Meaning.Save save = assertInstanceOf(Meaning.Save.class, line(line), line);
            assertEquals("l1", save.guest(), line);
            assertTrue(save.image(), line);
        }
    }

    @Test
    void aGuestMayBeCalledAnything() {
        for (String name :
                List.of("ALLOW", "a b", "a;b", "a\\ b", "-x", "--", "$(id)", "l1\nl2", "=", "ä", "'", "---help")) {
            String word = name.equals("--") ? "x" : name;
            assertEquals(new Meaning.Save(word, true), of("virsh", "save", word, "file"));
            assertEquals(new Meaning.Save(name, true), of("virsh", "save", "--domain", name, "file"));
            assertEquals(new Meaning.Save(name, true), of("virsh", "save", "--domain=" + name, "file"));
            assertEquals(new Meaning.Save(word, true), of("virsh", "save", "--", word, "file"));
        }
        for (List<String> line : List.of(
                List.of("virsh", "save", "--domain", "--help", "file"),
                List.of("virsh", "save", "--domain=--help", "file"),
                List.of("virsh", "save", "--", "--help", "file"))) {
            assertEquals(new Meaning.Save("--help", true), of(line.toArray(String[]::new)));
        }
    }

    @Test
    void snapshotsWithMemoryAreSavings() {
        for (String line : List.of(
                "virsh snapshot-create l1",
                "virsh snapshot-create l1 x.xml",
                "virsh snapshot-create --xmlfile x.xml --live l1",
                "virsh snapshot-create l1 --redefine x.xml",
                "virsh snapshot-create-as l1",
                "virsh snapshot-create-as l1 s1",
                "virsh snapshot-create-as l1 s1 words vda,file=/x vdb,file=/y",
                "virsh snapshot-create-as --domain l1 --name s1 --diskspec vda --diskspec vdb",
                "virsh snapshot-create-as l1 s1 --memspec /m --live",
                "virsh snapshot-create-as l1 s1 --memspec /m --disk-only",
                "virsh snapshot-create-as l1 --name --disk-only")) {
            assertEquals(new Meaning.Save("l1", false), line(line), line);
        }
    }

    @Test
    void whatKeepsNoRunningStateIsNotAskedAbout() {
        for (String line : List.of(
                "virsh snapshot-create l1 --disk-only",
                "virsh snapshot-create-as l1 s1 --disk-only --atomic --quiesce",
                "virsh snapshot-create-as --print-xml l1 s1",
                "virsh start l1 --force-boot",
                "virsh save --help",
                "virsh save l1 file --help")) {
            assertEquals(new Meaning.NoState(), line(line), line);
        }
    }

    @Test
    void migratingIsUnderstood() {
        for (String line : List.of(
                "virsh migrate l1 qemu+ssh://l0-b/system",
                "virsh migrate --live l1 qemu+ssh://root@l0-b/system",
                "virsh migrate l1 --live --p2p --tunnelled qemu+tcp://l0-b:16509/system",
                "virsh migrate l1 qemu://l0-b/system tcp://10.0.0.7 --verbose --timeout 30 --timeout-suspend",
                "virsh migrate --desturi qemu+ssh://l0-b/system --domain l1 --dname l2",
                "virsh migrate --dname x --xml --live l1 qemu+ssh://l0-b/system",
                "virsh migrate --offline --persistent l1 qemu+ssh://l0-b/system?no_verify=1",
                "virsh -c qemu+ssh://l0-a/system migrate l1 qemu+ssh://l0-b/system --migrateuri tcp://l0-c")) {
            assertEquals(new Meaning.Migrate("l1", Optional.of("l0-b")), line(line), line);
        }
        assertEquals(
                new Meaning.Migrate("l1", Optional.of("fe80::1")),
                line("virsh migrate l1 qemu+tcp://[fe80::1]/system"));
        for (String nowhere : List.of("qemu:///system", "an-alias", "qemu+unix:///system?socket=/x", "%%%", "l1;b")) {
            assertEquals(new Meaning.Migrate("l1", Optional.empty()), line("virsh migrate l1 " + nowhere), nowhere);
        }
    }

    @Test
    void restoringAndStartingAreUnderstood() {
        assertEquals(new Meaning.Restore("file"), line("virsh restore file"));
        assertEquals(new Meaning.Restore("file"), line("virsh restore --running --file file"));
        assertEquals(new Meaning.Start("l1"), line("virsh start l1 --paused --console"));
        assertEquals(new Meaning.Start("l1"), line("virsh -c qemu+ssh://b/system start --domain=l1"));
        for (String number : List.of("5", "007", " 5", "+5")) {
            assertInstanceOf(Meaning.Unclear.class, of("virsh", "start", number), "a name here, an id elsewhere");
        }
    }

    @Test
    void allElseIsNotUnderstood() {
        for (String line : List.of(
                "virsh",
                "virsh -c qemu:///system",
                "virsh list",
                "virsh list --all",
                "virsh snapshot-revert l1 s1",
                "virsh qemu-monitor-command l1 --hmp savevm",
                "virsh undefine l1 --managed-save",
                "virsh dump l1 file",
                "virsh --conn=qemu:///system save l1 file",
                "virsh -x save l1 file",
                "virsh -v save l1 file",
                "virsh - save l1 file",
                "virsh -c",
                "virsh --quiet=1 save l1 file",
                "virsh save l1",
                "virsh save l1 file more",
                "virsh save --unheard-of l1 file",
                "virsh save --bypass-cache=1 l1 file",
                "virsh save l1 file --xml",
                "virsh save --domain a --domain b file",
                "virsh save a --domain b file file",
                "virsh save --domain= file",
                "virsh save l1 ",
                "virsh SAVE l1 file",
                "virsh managedsave",
                "virsh managedsave --verbose",
                "virsh restore file other.xml",
                "virsh restore file --xml other.xml",
                "virsh migrate l1",
                "virsh migrate --live l1",
                "virsh migrate --direct l1 qemu+ssh://l0-b/system",
                "virsh migrate --timeout l1 qemu+ssh://l0-b/system",
                "virsh start")) {
            assertInstanceOf(Meaning.Unclear.class, line(line), line);
        }
        assertInstanceOf(Meaning.Unclear.class, of("virsh", "save l1 file"));
        assertInstanceOf(Meaning.Unclear.class, of("virsh", "save l1 f; save l2 f"));
        assertInstanceOf(Meaning.Unclear.class, of("virsh", "-c", "qemu:///system", "save l1 f"));
        for (String[] other : new String[][] {
            {"sudo", "virsh", "save", "l1", "f"}, {"virsh-2", "save", "l1", "f"}, {"sh", "-c", "virsh save l1 f"}, {""}
        }) {
            assertEquals(Optional.empty(), VirshLine.read(List.of(other)), Arrays.toString(other));
        }
    }

    @Test
    void theConnectionIsKeptForWhatElseIsAsked() {
        assertEquals(List.of("virsh"), connection("virsh -q save l1 f"));
        assertEquals(List.of("/x/virsh", "--connect=b"), connection("/x/virsh -c a -q --connect b save l1 f"));
        assertEquals(List.of("virsh", "--connect=-q"), connection("virsh -c -q save l1 f"));
    }

    private static List<String> connection(String line) {
        return VirshLine.read(List.of(line.split(" "))).orElseThrow().virsh().connection();
    }
}
