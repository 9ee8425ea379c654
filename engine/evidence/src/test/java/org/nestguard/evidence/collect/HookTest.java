package org.nestguard.evidence.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.evidence.view.HookProbe;
import org.nestguard.evidence.view.WrittenHost;
import org.nestguard.facts.Evidence;

class HookTest {
    private static final String IN_FOLDER = "/etc/libvirt/hooks/qemu.d/50-nestguard";
    private static final String OLD = "/etc/libvirt/hooks/qemu";
    private static final String VDSM = "/usr/libexec/vdsm/hooks/";
    private static final String SCRIPT = "#!/bin/sh\n# Written by `nestguard hook install libvirt`; ...\n";

    private final WrittenHost host = new WrittenHost("a").command("virsh -r version", version("10.0.0"));

    private static String version(String libvirt) {
        return "Compiled against library: libvirt " + libvirt + "\nUsing library: libvirt " + libvirt
                + "\nUsing API: QEMU " + libvirt + "\nRunning hypervisor: QEMU 8.2.2\n";
    }

    private Observation looked(String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append(line).append('\n');
        }
        return of(host.command(
                String.join(" ", HookProbe.COMMAND),
                text.append("that is all\n").toString()));
    }

    private static Observation of(WrittenHost host) {
        Known known = new Collector(
                        Clock.fixed(WrittenHost.AT, ZoneOffset.UTC), Optional.empty(), Set.of(), (a, b) -> {})
                .collect(host)
                .document()
                .host();
        return known.get(Subject.HOOK);
    }

    private static String why(Observation observation) {
        Evidence evidence = observation.evidence();
        return evidence == null ? "" : String.valueOf(evidence.why());
    }

    private static String libvirt(String inFolder, String old) {
        return "libvirt " + inFolder + " " + IN_FOLDER + "\nlibvirt " + old + " " + OLD;
    }

    private static String vdsm(String source, String destination, String hibernate, String dehibernate) {
        return "vdsm " + source + " " + VDSM + "before_vm_migrate_source/50_nestguard\nvdsm " + destination + " " + VDSM
                + "before_vm_migrate_destination/50_nestguard\nvdsm " + hibernate + " " + VDSM
                + "before_vm_hibernate/50_nestguard\nvdsm " + dehibernate + " " + VDSM
                + "before_vm_dehibernate/50_nestguard";
    }

    @Test
    void whatLiesThereIsToldWithPlaceAndTime() {
        assertEquals(
                new Observation(
                        "true", new Evidence(IN_FOLDER, WrittenHost.AT, Evidence.Witness.HOST, "libvirt has the hook")),
                looked(libvirt("ours", "absent")));
        assertEquals(
                new Observation(
                        "false",
                        new Evidence(
                                IN_FOLDER,
                                WrittenHost.AT,
                                Evidence.Witness.HOST,
                                "libvirt is here, and its hook is not")),
                looked(libvirt("absent", "absent")));
    }

    @ParameterizedTest
    @CsvSource({
        "absent, ours, true",
        "dead, absent, false",
        "absent, dead, false",
        "dead, ours, true",
        "other, absent, unknown",
        "absent, other, unknown",
        "closed, absent, unknown",
        "absent, closed, unknown",
        "dead, other, unknown",
        "unseen, absent, unknown",
        "laid, unseen, true",
    })
    void whatCannotBeSeenIsNeitherThereNorNot(String inFolder, String old, String installed) {
        assertEquals(installed, looked(libvirt(inFolder, old)).text());
    }

    @Test
    void aLibvirtThatDoesNotLookIntoTheFolderHasNoHookThere() {
        host.command("virsh -r version", version("6.4.0"));
        Observation hook = looked(libvirt("ours", "absent"));
        assertEquals("false", hook.text());
        assertEquals("libvirt looks into this folder from 6.5.0 on only", why(hook));
        assertEquals("true", looked(libvirt("absent", "ours")).text());
    }

    @Test
    void whetherALibvirtOfUnknownVersionLooksIntoTheFolderIsNotKnown() {
        host.command("virsh -r version", "");
        assertEquals(Observation.UNKNOWN, looked(libvirt("ours", "absent")).text());
        assertEquals("true", looked(libvirt("absent", "ours")).text(), "there every version looks");
    }

    @Test
    void aSystemHasItsHookWhereAllOfItIsThere() {
        assertEquals("true", looked(vdsm("ours", "ours", "ours", "ours")).text());
        Observation three = looked(vdsm("ours", "ours", "absent", "other"));
        assertEquals("false", three.text());
        assertTrue(String.valueOf(three.evidence()).contains("before_vm_hibernate"), three::toString);
        assertEquals(
                Observation.UNKNOWN,
                looked(vdsm("ours", "closed", "ours", "ours")).text());
    }

    @Test
    void oneHookIsEnoughForVdsmAndTheLibvirtBelowIt() {
        assertEquals(
                "true",
                looked(libvirt("absent", "absent"), vdsm("ours", "ours", "ours", "ours"))
                        .text());
        assertEquals(
                "true",
                looked(libvirt("ours", "absent"), vdsm("absent", "ours", "ours", "ours"))
                        .text());
        assertEquals(
                Observation.UNKNOWN,
                looked(libvirt("closed", "absent"), vdsm("absent", "absent", "absent", "absent"))
                        .text());
    }

    @Test
    void ofSystemsThatEachMoveGuestsEachNeedsItsHook() {
        String ganeti = "ganeti %s /etc/ganeti/hooks/instance-migrate-pre.d/50-nestguard";
        assertEquals(
                "true",
                looked(libvirt("ours", "absent"), String.format(ganeti, "ours")).text());
        assertEquals(
                "false",
                looked(libvirt("ours", "absent"), String.format(ganeti, "absent"))
                        .text());
        assertEquals(
                Observation.UNKNOWN,
                looked(libvirt("ours", "absent"), String.format(ganeti, "closed"))
                        .text());
    }

    @Test
    void thatProxmoxHasTheScriptDoesNotSayWhichGuestsNameIt() {
        Observation laid = looked("proxmox ours /var/lib/vz/snippets/nestguard-hookscript");
        assertEquals(Observation.UNKNOWN, laid.text());
        assertTrue(why(laid).contains("nestguard hook check proxmox"), laid::toString);
        assertEquals(
                "false",
                looked("proxmox absent /var/lib/vz/snippets/nestguard-hookscript")
                        .text());
    }

    @Test
    void whereNoneOfTheSystemsIsSeenNothingIsKnownOfWhatMovesGuests() {
        Observation hook = looked();
        assertEquals(Observation.UNKNOWN, hook.text());
        assertTrue(why(hook).contains("what moves its guests is not known"), hook::toString);
    }

    @Test
    void halfALookIsNone() {
        String all = String.join(" ", HookProbe.COMMAND);
        String absent = libvirt("absent", "absent");
        for (String text : new String[] {
            "",
            absent + "\n",
            absent + "\nvdsm ab",
            "libvirt absent " + IN_FOLDER + "\nthat is all\n",
            absent + "\n" + absent + "\nthat is all\n",
            "xen absent /etc/xen/hook\nthat is all\n",
            "libvirt gone " + IN_FOLDER + "\nlibvirt absent " + OLD + "\nthat is all\n",
            "libvirt absent /etc/passwd\nlibvirt absent " + OLD + "\nthat is all\n",
            "libvirt absent " + OLD + "\nlibvirt absent " + IN_FOLDER + "\nthat is all\n",
            (absent + "\n").repeat(1_000) + "that is all\n",
        }) {
            assertEquals(
                    Observation.UNKNOWN,
                    of(host.command(all, text)).text(),
                    text.substring(0, Math.min(200, text.length())));
        }
    }

    @Test
    void aTreeWithoutALookTellsOfWhatIsInItAndNeverThatSomethingIsNot() {
        host.failing(String.join(" ", HookProbe.COMMAND), "the tree holds no output of it");
        Observation nothing = of(host);
        assertEquals(Observation.UNKNOWN, nothing.text());
        assertEquals("the tree holds no output of it", why(nothing));
        host.file("/etc/libvirt/qemu.conf", "");
        Observation missing = of(host);
        assertEquals(Observation.UNKNOWN, missing.text());
        assertTrue(why(missing).contains("does not say whether it was on the host"), missing::toString);
        host.file(IN_FOLDER, "#!/bin/sh\nexit 0\n");
        assertEquals(Observation.UNKNOWN, of(host).text(), "it is somebody else's");
        host.file(IN_FOLDER, SCRIPT);
        Observation laid = of(host);
        assertEquals("true", laid.text());
        assertEquals("libvirt has the hook; whether it is executable the tree does not say", why(laid));
    }
}
