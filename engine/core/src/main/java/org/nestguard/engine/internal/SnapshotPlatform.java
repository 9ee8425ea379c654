package org.nestguard.engine.internal;

import java.util.function.Predicate;
import org.nestguard.facts.Fact;
import org.nestguard.facts.Platform;

/**
 * The platform on which a snapshot was taken, where not all of it is stated. A part that was left out is taken to be the
 * destination's, whatever that is, unless what is stated of the snapshot excludes it; then it is one of its own.
 *
 * @param arch what is said of the architecture
 * @param vendor what is said of the vendor
 * @param own the platforms that it may be
 * @param destination the destination's
 */
record SnapshotPlatform(Fact<?> arch, Fact<?> vendor, Fact<Platform> own, Fact<Platform> destination)
        implements Fact<Platform> {
    @Override
    public boolean is(Predicate<? super Platform> property) {
        return (leftOut(arch) && leftOut(vendor)) ? destination.is(property) : property.test(value());
    }

    @Override
    public Platform value() {
        boolean archLeftOut = leftOut(arch);
        boolean vendorLeftOut = leftOut(vendor);
        if (archLeftOut && vendorLeftOut) {
            return destination.value();
        }
        Predicate<Platform> stated =
                p -> (!arch.known() || arch.value() == p.arch()) && (!vendor.known() || vendor.value() == p.vendor());
        if (archLeftOut || vendorLeftOut) {
            Platform there = destination.value();
            Predicate<Platform> same =
                    stated.and(p -> archLeftOut ? p.arch() == there.arch() : p.vendor() == there.vendor());
            if (Platform.POSSIBLE.stream().anyMatch(same)) {
                return among(same);
            }
        }
        return among(stated);
    }

    @Override
    public boolean known() {
        return false;
    }

    @Override
    public boolean absent() {
        return false;
    }

    @Override
    public boolean unreadable() {
        return false;
    }

    @Override
    public boolean assumed() {
        return leftOut(arch) || leftOut(vendor);
    }

    // Only worlds in which its platform is one of these are asked for: the open fact is never narrowed to another one.
    private Platform among(Predicate<Platform> fitting) {
        var list = Platform.POSSIBLE.stream().filter(fitting).toList();
        for (Platform platform : list.subList(0, list.size() - 1)) {
            if (own.is(p -> p.equals(platform) || (!fitting.test(p) && platform.equals(list.get(0))))) {
                return platform;
            }
        }
        return list.get(list.size() - 1);
    }

    private static boolean leftOut(Fact<?> fact) {
        return !fact.known() && fact.absent();
    }
}
