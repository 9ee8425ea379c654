package org.nestguard.evidence.artefact;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a CPU description says of one feature.
 *
 * @param name as it is written: {@code vmx}
 * @param policy libvirt's word: force, require, optional, disable or forbid
 * @param line where it stands, from 1; 0 where the format has no lines
 */
public record FeaturePolicy(String name, String policy, int line) {

    /** What a feature without a policy has. */
    static final String REQUIRE = "require";

    static FeaturePolicy of(XmlTree feature) {
        return new FeaturePolicy(
                feature.attributes().getOrDefault("name", ""),
                feature.attributes().getOrDefault("policy", REQUIRE),
                feature.line());
    }

    /** What they say of the extensions that let a guest run guests, and of nothing else. */
    static List<FeaturePolicy> ofExtensions(List<FeaturePolicy> all) {
        return all.stream()
                .filter(feature -> CpuExtension.named(feature.name()).isPresent())
                .toList();
    }

    static Map<CpuExtension, AskedCpu.Ask> asks(List<FeaturePolicy> features) {
        Map<CpuExtension, AskedCpu.Ask> asks = new EnumMap<>(CpuExtension.class);
        for (FeaturePolicy feature : features) {
            CpuExtension.named(feature.name)
                    .ifPresent(extension -> feature.ask().ifPresent(ask -> asks.put(extension, ask)));
        }
        return asks;
    }

    private Optional<AskedCpu.Ask> ask() {
        return switch (policy) {
            case "force", REQUIRE -> Optional.of(AskedCpu.Ask.ON);
            case "optional" -> Optional.of(AskedCpu.Ask.IF_POSSIBLE);
            case "disable", "forbid" -> Optional.of(AskedCpu.Ask.OFF);
            default -> Optional.empty();
        };
    }
}
