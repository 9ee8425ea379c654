package org.nestguard.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltRowsTest {
    @ParameterizedTest
    @ValueSource(strings = {"floors", "distributions", "known-defects", "intel-cores", "sources"})
    void theRowsThatTheBuildMadeAreThoseOfTheYaml(String table) throws IOException {
        try (InputStream yaml = Objects.requireNonNull(
                BuiltRowsTest.class.getResourceAsStream("/org/nestguard/tables/" + table + ".yaml"))) {
            assertEquals(TableReader.read(table + ".yaml", yaml), BuiltRows.read(table));
        }
    }

    @Test
    void aTableThatIsNotThereIsNoEmptyTable() {
        assertThrows(TableException.class, () -> BuiltRows.read("nothing"));
    }
}
