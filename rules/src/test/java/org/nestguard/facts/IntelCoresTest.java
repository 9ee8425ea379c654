package org.nestguard.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nestguard.catalogue.BuiltTables;

class IntelCoresTest {
    private static final IntelCores CORES = BuiltTables.load().intelCores();

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz, true",
        "Intel(R) Xeon(R) Platinum 8280 CPU @ 2.70GHz, true",
        "Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz, true",
        "Intel(R) Xeon(R) CPU E3-1270 v5 @ 3.60GHz, true",
        "Intel(R) Xeon(R) CPU E5-2690 v3 @ 2.60GHz, false",
        "Intel(R) Xeon(R) CPU E5-2670 v2 @ 2.50GHz, false",
        "Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz, false",
        "Intel(R) Xeon(R) CPU D-1541 @ 2.10GHz, true",
        "Intel(R) Xeon(R) D-2146NT CPU @ 2.30GHz, true",
        "Intel(R) Core(TM) i7-5500U CPU @ 2.40GHz, true",
        "Intel(R) Core(TM) i7-5820K CPU @ 3.30GHz, false",
        "Intel(R) Core(TM) i7-4800MQ CPU @ 2.70GHz, false",
        "Intel(R) Core(TM) i5-3320M CPU @ 2.60GHz, false",
        "Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz, true",
        "Intel(R) Core(TM) i9-10900K CPU @ 3.70GHz, true",
        "11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz, true",
        "Intel(R) Core(TM) i7-1065G7 CPU @ 1.30GHz, true",
        "Intel(R) Core(TM)2 Duo CPU E8400 @ 3.00GHz, false",
        "Intel(R) Core(TM) i7 CPU M 620 @ 2.67GHz, false",
        "Intel(R) Core(TM) Ultra 7 155H, true",
        "Intel Core Processor (Haswell), false",
        "Intel Xeon Processor (Skylake), true",
        "Intel(R) Xeon(R) CPU X7550 @ 2.00GHz, false",
        "QEMU Virtual CPU version 2.5+, ",
        "Intel(R) Atom(TM) CPU C2750, "
    })
    void tellsBroadwellAndNewerByName(String name, Boolean newer) {
        assertEquals(Optional.ofNullable(newer), CORES.broadwellOrNewer(name));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "6-85-4, true",
        "6-79-1, true",
        "6-61-4, true",
        "6-63-2, false",
        "6-60-3, false",
        "15-4-1, false",
        "6-77-8, "
    })
    void tellsBroadwellAndNewerByItsNumbers(String id, Boolean newer) {
        assertEquals(
                Optional.ofNullable(newer),
                CORES.broadwellOrNewer(CpuId.read(id).orElseThrow()));
    }
}
