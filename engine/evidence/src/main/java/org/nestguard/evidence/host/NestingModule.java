package org.nestguard.evidence.host;

import java.util.Optional;
import org.nestguard.evidence.artefact.ParameterType;
import org.nestguard.facts.Vendor;

/**
 * A module that has the parameter {@code nested}.
 *
 * @see <a href="https://docs.kernel.org/virt/kvm/x86/running-nested-guests.html">Running nested guests with KVM</a>
 */
public enum NestingModule {
    KVM_INTEL("kvm_intel", "vmx", ParameterType.BOOL),
    KVM_AMD("kvm_amd", "svm", ParameterType.INT),
    /** On s390x the one module is kvm itself. */
    KVM_S390("kvm", "sie", ParameterType.INT),
    KVM_HV("kvm_hv", "cap-nested-hv", ParameterType.BOOL);

    private final String module;
    private final String gives;
    private final ParameterType type;

    NestingModule(String module, String gives, ParameterType type) {
        this.module = module;
        this.gives = gives;
        this.type = type;
    }

    /** The one for x86 CPUs of that vendor; empty for a vendor of others. */
    public static Optional<NestingModule> forX86(Vendor vendor) {
        return switch (vendor) {
            case INTEL, ZHAOXIN -> Optional.of(KVM_INTEL);
            case AMD, HYGON -> Optional.of(KVM_AMD);
            case IBM, ARM, OTHER -> Optional.empty();
        };
    }

    /** Its name, with underscores. */
    public String module() {
        return module;
    }

    /** What a guest must be given to nest. */
    public String gives() {
        return gives;
    }

    /**
     * What its parameter takes. A sysfs that shows Y or N is a bool's, whatever it was in the trees that were read.
     *
     * @param live the text that sysfs shows; empty where there is none
     */
    public ParameterType type(Optional<String> live) {
        return live.filter(t -> t.equals("Y") || t.equals("N")).isPresent() ? ParameterType.BOOL : type;
    }

    /** The line for a file of modprobe.d that switches nesting on. A number does for every type, {@code y} does not. */
    public String optionsLine() {
        return "options " + module + " nested=1";
    }

    /** The file that shows the live value of one of its parameters. */
    public String parameterFile(String parameter) {
        return "/sys/module/" + module + "/parameters/" + parameter;
    }
}
