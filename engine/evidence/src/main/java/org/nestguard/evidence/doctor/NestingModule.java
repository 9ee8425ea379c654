package org.nestguard.evidence.doctor;

import java.util.Optional;
import org.nestguard.evidence.artefact.ParameterType;

/**
 * A module that has the parameter {@code nested}.
 *
 * @see <a href="https://docs.kernel.org/virt/kvm/x86/running-nested-guests.html">Running nested guests with KVM</a>
 */
enum NestingModule {
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

    /** Its name, with underscores. */
    String module() {
        return module;
    }

    /** What a guest must be given to nest. */
    String gives() {
        return gives;
    }

    /**
     * What its parameter takes. A sysfs that shows Y or N is a bool's, whatever it was in the trees that were read.
     *
     * @param live the text that sysfs shows; empty where there is none
     */
    ParameterType type(Optional<String> live) {
        return live.filter(t -> t.equals("Y") || t.equals("N")).isPresent() ? ParameterType.BOOL : type;
    }

    /** The line for a file of modprobe.d that switches nesting on. A number does for every type, {@code y} does not. */
    String optionsLine() {
        return "options " + module + " nested=1";
    }

    String parameterFile(String parameter) {
        return "/sys/module/" + module + "/parameters/" + parameter;
    }
}
