package org.nestguard.facts;

import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table of distribution kernels: how such a kernel is recognized, and what its version number says.
 *
 * @param id a spoken slug
 * @param name as people call it
 * @param suffix found in what follows the numbers of the release
 * @param nestedState what is known of nested state in its kernels below the upstream floor
 * @param fromBuild for {@link NestedState#FROM_BUILD}: the build of {@code buildsOf} that has it, and all later ones
 * @param buildsOf the upstream version whose builds are counted; null where none are
 * @param upstreamNumbers whether its major and minor number may be compared with upstream's
 * @param sure whether the row was read in a tree or a vendor's statement; a caution says so where not
 * @param source where it is known from
 * @param site whether an operator put it there
 */
public record Distribution(
        String id,
        String name,
        Pattern suffix,
        NestedState nestedState,
        OptionalInt fromBuild,
        @Nullable Version buildsOf,
        boolean upstreamNumbers,
        boolean sure,
        String source,
        boolean site) {

    /** What a distribution's kernel below the upstream floor can do. */
    public enum NestedState implements Worded {
        /** It carries upstream kernels under their own number: below the floor it fails. */
        UPSTREAM("upstream"),
        /** Never had it. */
        NEVER("never"),
        /** Nobody knows: the capability has to be probed. */
        OPEN("open"),
        /** Has it from a build on; earlier builds are left open. */
        FROM_BUILD("from-build");

        private final String word;

        NestedState(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** Whether the release is a build of this distribution that is known to hand out nested state. */
    public boolean meetsByBuild(KernelRelease release) {
        Version base = buildsOf;
        return nestedState == NestedState.FROM_BUILD
                && base != null
                && release.version().equals(base)
                && release.build().isPresent()
                && release.build().getAsInt() >= fromBuild.orElseThrow();
    }
}
