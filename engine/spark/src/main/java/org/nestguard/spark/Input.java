package org.nestguard.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.nestguard.fleet.audit.AuditException;
import org.nestguard.fleet.inventory.Chunk;

/** Where a fleet is read from. */
enum Input {
    /** A host or a guest a line. */
    NDJSON {
        @Override
        JavaRDD<Piece> read(SparkSession spark, List<String> named) throws IOException {
            JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
            Configuration hadoop = new Configuration(context.hadoopConfiguration());
            hadoop.setIfUnset(FileInputFormat.SPLIT_MAXSIZE, Long.toString(USUAL_SPLIT));
            Job job = Job.getInstance(hadoop);
            for (String name : named) {
                FileInputFormat.addInputPath(job, there(hadoop, name));
            }
            FileInputFormat.setInputDirRecursive(job, true);
            return context.newAPIHadoopRDD(job.getConfiguration(), PieceFormat.class, NullWritable.class, Piece.class)
                    .values();
        }
    },

    /** A host or a guest a row: a column is a key of NDJSON, a group of keys is a struct, and null is what is not mentioned. */
    PARQUET {
        @Override
        JavaRDD<Piece> read(SparkSession spark, List<String> named) throws IOException {
            Configuration hadoop = spark.sparkContext().hadoopConfiguration();
            for (String name : named) {
                there(hadoop, name);
            }
            Dataset<Row> rows = spark.read()
                    .option("mergeSchema", true) // no file's columns are left out for want of them in another
                    .option("recursiveFileLookup", true)
                    .parquet(named.toArray(new String[0]));
            noFactsInNames(rows.inputFiles(), named);
            List<String> names = new ArrayList<>(Arrays.asList(rows.columns()));
            if (!names.remove(KIND)) {
                throw new AuditException("there is no column " + KIND + " (host or guest) in " + named
                        + "; the columns are the keys of a line of NDJSON");
            }
            noFractions("", rows.schema());
            names.add(0, KIND);
            Column[] keys = names.stream()
                    .map(name -> col("`" + name.replace("`", "``") + "`"))
                    .toArray(Column[]::new);
            return rows.select(
                            col("_metadata.file_path"), col("_metadata.row_index"), to_json(struct(keys), AS_IN_NDJSON))
                    .toJavaRDD()
                    .map(row -> {
                        byte[] line = row.getString(2).getBytes(StandardCharsets.UTF_8);
                        Stretch file = new Stretch(Stretch.name(new Path(URI.create(row.getString(0)))), 0);
                        return new Piece(file, row.getLong(1), new Chunk(line, line.length, false));
                    });
        }
    };

    private static final String KIND = "kind";
    private static final long USUAL_SPLIT = 32L << 20;
    private static final Map<String, String> AS_IN_NDJSON =
            Map.of("ignoreNullFields", "true", "timeZone", "UTC", "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX");

    /**
     * The lines or rows of what was named, in pieces.
     *
     * @throws AuditException where nothing is there, or it is no fleet
     */
    abstract JavaRDD<Piece> read(SparkSession spark, List<String> named) throws IOException;

    private static Path there(Configuration hadoop, String name) throws IOException {
        Path path = new Path(name);
        FileStatus[] found = path.getFileSystem(hadoop).globStatus(path);
        if (found == null || found.length == 0) {
            throw new AuditException(name + ": there is no such file or folder");
        }
        return path;
    }

    /** Who reads all folders below a folder does not read their names: a fact in one would be lost without a word. */
    private static void noFactsInNames(String[] files, List<String> named) {
        for (String file : files) {
            for (String folder : file.split("/", -1)) {
                if (folder.matches("[^=]+=.*") && named.stream().noneMatch(name -> name.contains(folder))) {
                    throw new AuditException(file + ": the folder " + folder + " says in its name what no column says;"
                            + " write it as a column, or name that folder itself");
                }
            }
        }
    }

    /** A version 5.10 that is kept as a number is 5.1 by now, which is another one. */
    private static void noFractions(String above, DataType type) {
        if (type instanceof StructType struct) {
            for (StructField field : struct.fields()) {
                noFractions(above + (above.isEmpty() ? "" : ".") + field.name(), field.dataType());
            }
        } else if (type instanceof MapType map) {
            noFractions(above, map.valueType());
        } else if (type instanceof ArrayType array) {
            noFractions(above, array.elementType());
        } else if (type instanceof DoubleType || type instanceof FloatType || type instanceof DecimalType) {
            throw new AuditException("the column " + above + " has numbers with fractions: a version 5.10 would be"
                    + " read as 5.1; write it as text");
        }
    }
}
