package org.nestguard.evidence.host;

import java.util.List;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.CpuInfo;
import org.nestguard.evidence.artefact.ProcVersion;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.Uname;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.KernelRelease;

/**
 * A host's name, CPU and kernel, and the artefacts that tell of them.
 *
 * @param hostname {@code /proc/sys/kernel/hostname}
 * @param cpuinfo {@code /proc/cpuinfo}
 * @param uname what {@code uname -a} printed
 * @param version {@code /proc/version}
 * @param name the host's own; of uname where the kernel's file does not tell
 * @param cpu what cpuinfo says
 * @param machine the architecture in the words of {@code uname -m}; of cpuinfo where uname does not tell
 * @param kernel the release that runs
 */
public record Platform(
        Artefact hostname,
        Artefact cpuinfo,
        Artefact uname,
        Artefact version,
        Reading<String> name,
        CpuInfo cpu,
        Reading<String> machine,
        Reading<KernelRelease> kernel) {

    private static final Pattern HOST_NAME = Pattern.compile("\\S{1,255}");

    /** Reads each artefact once. */
    public static Platform of(HostView view) {
        Artefact hostname = view.file("/proc/sys/kernel/hostname");
        Artefact cpuinfo = view.file("/proc/cpuinfo");
        Artefact uname = view.command(List.of("uname", "-a"));
        Artefact version = view.file("/proc/version");
        CpuInfo cpu = CpuInfo.read(cpuinfo.content().orElse(""));
        Uname names = Uname.read(uname.content().orElse(""));
        Reading<KernelRelease> release =
                ProcVersion.read(version.content().orElse("")).release();
        Reading<String> name = Platform.hostName(hostname.content().orElse(""));
        return new Platform(
                hostname,
                cpuinfo,
                uname,
                version,
                name.value().isPresent() ? name : names.node(),
                cpu,
                names.machine().value().isPresent() ? names.machine() : cpu.machine(),
                release.value().isPresent() ? release : names.release());
    }

    /** What the file says; a name has no blanks. */
    public static Reading<String> hostName(String text) {
        String name = text.strip();
        return HOST_NAME.matcher(name).matches() ? Reading.said(name, 1) : Reading.unsaid("no host name is in it");
    }

    boolean s390x() {
        return machine.value().filter("s390x"::equals).isPresent();
    }
}
