package org.nestguard;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the house. */
class HouseTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(
                    "org.nestguard.facts",
                    "org.nestguard.findings",
                    "org.nestguard.catalogue",
                    "org.nestguard.engine",
                    "org.nestguard.evidence",
                    "org.nestguard.store",
                    "org.nestguard.fleet",
                    "org.nestguard.server",
                    "org.nestguard.spark",
                    "org.nestguard.cli");

    @Test
    void whatIsKnownDoesNotKnowHowItIsAsked() {
        noClasses()
                .that()
                .resideInAnyPackage("org.nestguard.facts..", "org.nestguard.findings..", "org.nestguard.catalogue..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.nestguard.engine..",
                        "org.nestguard.evidence..",
                        "org.nestguard.store..",
                        "org.nestguard.fleet..",
                        "org.nestguard.server..",
                        "org.nestguard.spark..",
                        "org.nestguard.cli..")
                .because("rules are what is known; the engine is how it is asked")
                .check(CLASSES);
    }

    @Test
    void theLibraryDoesNotKnowWhereFactsComeFrom() {
        noClasses()
                .that()
                .resideInAPackage("org.nestguard.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.nestguard.evidence..",
                        "org.nestguard.store..",
                        "org.nestguard.fleet..",
                        "org.nestguard.server..",
                        "org.nestguard.spark..",
                        "org.nestguard.cli..")
                .because("a program that has its own facts embeds the library alone")
                .check(CLASSES);
    }

    @Test
    void evidenceDoesNotKnowTheCommand() {
        noClasses()
                .that()
                .resideInAPackage("org.nestguard.evidence..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.nestguard.store..",
                        "org.nestguard.fleet..",
                        "org.nestguard.server..",
                        "org.nestguard.spark..",
                        "org.nestguard.cli..")
                .because("the service reads hosts too")
                .check(CLASSES);
    }

    @Test
    void theDatabaseDoesNotKnowWhatIsKeptInIt() {
        noClasses()
                .that()
                .resideInAPackage("org.nestguard.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.nestguard.facts..",
                        "org.nestguard.evidence..",
                        "org.nestguard.fleet..",
                        "org.nestguard.server..",
                        "org.nestguard.cli..")
                .because("each module brings its own tables")
                .check(CLASSES);
    }

    @Test
    void theFleetKnowsNeitherTheServiceNorTheCommand() {
        noClasses()
                .that()
                .resideInAPackage("org.nestguard.fleet..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nestguard.server..", "org.nestguard.spark..", "org.nestguard.cli..")
                .because("a cluster of other machines audits the same fleets")
                .check(CLASSES);
    }

    @Test
    void theClusterKnowsTheFleetAlone() {
        noClasses()
                .that()
                .resideInAPackage("org.nestguard.spark..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nestguard.server..", "org.nestguard.cli..")
                .because("its jar carries neither service nor command")
                .check(CLASSES);
    }

    @Test
    void nobodyKnowsTheCluster() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.nestguard.spark..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.nestguard.spark..", "org.apache.spark..", "org.apache.hadoop..")
                .because("what runs on one machine does without Spark")
                .check(CLASSES);
    }

    @Test
    void theWordsKnowNothingOfDroolsAndReachNothingOutside() {
        classes()
                .that()
                .resideInAnyPackage("org.nestguard.facts..", "org.nestguard.findings..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "org.nestguard.facts..",
                        "org.nestguard.findings..",
                        "java.lang..",
                        "java.util..",
                        "java.time..",
                        "org.jspecify..")
                .because("a rule's words read facts: no file, clock or network, and no rule engine")
                .check(CLASSES);
    }

    @Test
    void onlyTheInnermostRoomAndTheCatalogueSpeakToDrools() {
        noClasses()
                .that(not(resideInAnyPackage("org.nestguard.engine.internal..", "org.nestguard.catalogue..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.drools..", "org.kie..")
                .because("the rule engine can be looked after in one place")
                .check(CLASSES);
    }

    @Test
    void nobodyOutsideTheLibraryUsesItsInnermostRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.nestguard.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.nestguard.engine.internal..")
                .because("MigrationGuard is the one door")
                .check(CLASSES);
    }

    @Test
    void theRoomsOfWhatIsKnownDoNotGoInCircles() {
        slices().matching("org.nestguard.(facts|findings|catalogue)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
