package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.ModprobeConfiguration;
import org.nestguard.evidence.artefact.ModprobeConfiguration.ConfigurationFile;
import org.nestguard.evidence.artefact.ModuleParameters;
import org.nestguard.evidence.artefact.OsRelease;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.Refcount;
import org.nestguard.evidence.host.KvmModules;
import org.nestguard.evidence.host.NestingModule;
import org.nestguard.evidence.host.Platform;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/**
 * What is read of a host once, for all questions.
 *
 * @param platform its CPU and kernel
 * @param kvm its modules, and the one that decides
 * @param nested the live parameter of the module that decides
 * @param nestedText the same as it is written
 * @param refcount how often that module is in use
 * @param hpage the live parameter of kvm on s390x
 * @param configurationTrouble what of the configuration could not be read, a sentence each
 * @param devKvm whether there is {@code /dev/kvm}; unsaid where no folder /dev was to be seen
 */
record HostState(
        HostView view,
        Platform platform,
        KvmModules kvm,
        OsRelease os,
        Reading<Boolean> nested,
        Optional<String> nestedText,
        Reading<Integer> refcount,
        Reading<Boolean> hpage,
        ModprobeConfiguration configuration,
        List<String> configurationTrouble,
        Reading<Boolean> devKvm) {

    private static final int MOST_FILES = 1_000;

    static HostState of(HostView view) {
        Platform platform = Platform.of(view);
        KvmModules kvm = KvmModules.of(view, platform);
        Optional<NestingModule> nesting = kvm.nesting();
        Optional<Artefact> parameter = nesting.map(n -> view.file(n.parameterFile("nested")));
        List<String> trouble = new ArrayList<>();
        ModprobeConfiguration configuration = configuration(view, trouble);
        return new HostState(
                view,
                platform,
                kvm,
                osRelease(view),
                parameter.map(HostState::on).orElse(Reading.unsaid("this host has no parameter nested")),
                parameter.flatMap(Artefact::content).map(String::strip),
                nesting.map(n -> uses(view.file("/sys/module/" + n.module() + "/refcnt")))
                        .orElse(Reading.unsaid("this host has no module to look at")),
                on(view.file(NestingModule.KVM_S390.parameterFile("hpage"))),
                configuration,
                List.copyOf(trouble),
                devKvm(view));
    }

    boolean s390x() {
        return kvm.nesting().filter(n -> n == NestingModule.KVM_S390).isPresent();
    }

    private static OsRelease osRelease(HostView view) {
        return OsRelease.read(view.file("/etc/os-release")
                .content()
                .or(() -> view.file("/usr/lib/os-release").content())
                .orElse(""));
    }

    private static ModprobeConfiguration configuration(HostView view, List<String> trouble) {
        List<ConfigurationFile> files = new ArrayList<>();
        for (String folder : ModprobeConfiguration.FOLDERS) {
            Reading<List<String>> names = view.entries(folder);
            if (names instanceof Reading.Unsaid<List<String>> unsaid) {
                trouble.add(folder + ": " + unsaid.why());
            }
            for (String name : names.value().orElse(List.of())) {
                if (!name.endsWith(".conf")) {
                    continue;
                }
                if (files.size() == MOST_FILES) {
                    trouble.add("there are more than " + MOST_FILES + " files of modprobe.d");
                    break;
                }
                Artefact file = view.file(folder + "/" + name);
                if (file instanceof Artefact.Text read) {
                    files.add(new ConfigurationFile(folder, name, read.text()));
                } else if (file instanceof Artefact.Missing missing) {
                    trouble.add(missing.from() + ": " + missing.why());
                    // whatever is in it, it hides the same name in a weaker folder: a link to /dev/null is made for
                    // that
                    files.add(new ConfigurationFile(folder, name, ""));
                }
            }
        }
        if (files.isEmpty() && view.list("/etc").isEmpty()) {
            trouble.add("the folder /etc is not to be seen, so nothing is known of modprobe.d");
        }
        Artefact commandLine = view.file(ModprobeConfiguration.COMMAND_LINE);
        if (commandLine instanceof Artefact.Missing missing) {
            trouble.add(missing.from() + ": " + missing.why());
        }
        return ModprobeConfiguration.read(files, commandLine.content().orElse(""));
    }

    private static Reading<Boolean> devKvm(HostView view) {
        List<String> devices = view.list("/dev");
        return devices.isEmpty()
                ? Reading.unsaid("the folder /dev is not to be seen")
                : Reading.said(devices.contains("kvm"), 0);
    }

    private static Reading<Boolean> on(Artefact file) {
        return file instanceof Artefact.Text read
                ? ModuleParameters.on(read.text())
                : Reading.unsaid(((Artefact.Missing) file).why());
    }

    private static Reading<Integer> uses(Artefact file) {
        return file instanceof Artefact.Text read
                ? Refcount.read(read.text()).uses()
                : Reading.unsaid(((Artefact.Missing) file).why());
    }
}
