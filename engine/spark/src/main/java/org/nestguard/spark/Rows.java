package org.nestguard.spark;

import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.text.Problem;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.GuestResult;

/**
 * The results as a table: a row a guest. A record that could not be read is a row too, with its problem and without a
 * verdict, so that whoever asks for a verdict never meets one.
 */
final class Rows {
    static final String IDENTITY = "identity";
    static final String PLACE = "place";
    static final String GUEST = "guest";
    static final String UUID_OF_GUEST = "uuid";
    static final String PROBLEM = "problem";

    static final StructType SCHEMA = DataTypes.createStructType(List.of(
            text(PLACE),
            text(IDENTITY),
            text(GUEST),
            text(UUID_OF_GUEST),
            text("host"),
            text("hostId"),
            text("pool"),
            text("verdict"),
            text("effective"),
            number("allowed", true),
            number("denied", true),
            number("undetermined", true),
            texts("rules"),
            texts("needs"),
            texts("waived"),
            DataTypes.createStructField(
                    PROBLEM,
                    DataTypes.createStructType(List.of(
                            text("file"),
                            number("line", false),
                            number("column", false),
                            text("key"),
                            text("message"))),
                    true)));

    private Rows() {}

    private static StructField text(String name) {
        return DataTypes.createStructField(name, DataTypes.StringType, true);
    }

    private static StructField texts(String name) {
        return DataTypes.createStructField(name, DataTypes.createArrayType(DataTypes.StringType, false), true);
    }

    private static StructField number(String name, boolean nullable) {
        return DataTypes.createStructField(name, DataTypes.LongType, nullable);
    }

    static Row of(GuestResult result, UUID identity) {
        return RowFactory.create(
                result.place(),
                identity.toString(),
                result.guest(),
                result.uuid(),
                result.host(),
                result.hostId(),
                result.pool(),
                result.answer().verdict().name(),
                result.effective().name(),
                result.answer().hosts(Verdict.ALLOW),
                result.answer().hosts(Verdict.DENY),
                result.answer().hosts(Verdict.UNDETERMINED),
                result.answer().against().toArray(new String[0]),
                result.answer().needs().toArray(new String[0]),
                result.waived().stream().map(Waived::rule).distinct().toArray(String[]::new),
                null);
    }

    static Row of(Problem problem) {
        Object[] values = new Object[SCHEMA.length()];
        values[SCHEMA.fieldIndex(PROBLEM)] = RowFactory.create(
                problem.file(), (long) problem.line(), (long) problem.column(), problem.key(), problem.message());
        return RowFactory.create(values);
    }

    /** The problem that a struct of such a row says. */
    static Problem problem(Row struct) {
        return new Problem(
                struct.getString(0),
                (int) struct.getLong(1),
                (int) struct.getLong(2),
                struct.getString(3),
                struct.getString(4));
    }
}
