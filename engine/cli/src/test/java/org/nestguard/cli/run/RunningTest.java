package org.nestguard.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.cli.hook.SpokenAgent;
import org.nestguard.cli.service.ServiceClient;
import org.nestguard.facts.Operation;

/** With a virsh that is a script and writes down what it was told, and a service that says what a test wants. */
class RunningTest {
    private static final String UUID = "11111111-2222-4333-8444-555555555555";
    private static final String MARK = "<saved at=\"2026-11-22T13:00:00Z\"/>";
    private static final String ALLOW = "ALLOW\nEND\n";
    private static final String ALLOW_SAVING = "ALLOW\na caution\nMARK " + MARK + "\nEND\n";
    private static final String DENY = "DENY\n2 live L2 guests (amd-live-l2)\nshut them down\nEND\n";
    private static final String UNDETERMINED = "UNDETERMINED\nno guest is known\nEND\n";
    private static final Stated NOTHING = new Stated(null, null, null);

    @TempDir
    private Path folder = Path.of("");

    private final Server server = new Server();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Deque<String> answers = new ArrayDeque<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private int status = 200;

    /** Gives its answers in turn, and the last one for ever. */
    private final class Scripted extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            asked.add(request.getMethod() + " " + request.getHttpURI().getPathQuery() + " "
                    + Content.Source.asString(request, StandardCharsets.UTF_8));
            response.setStatus(status);
            Content.Sink.write(response, true, next(), callback);
            return true;
        }
    }

    private synchronized String next() {
        return answers.size() > 1 ? answers.pop() : String.valueOf(answers.peek());
    }

    private synchronized void answering(String... texts) {
        answers.clear();
        answers.addAll(List.of(texts));
    }

    @BeforeEach
    void virsh() throws Exception {
        UnixDomainServerConnector connector = new UnixDomainServerConnector(server);
        connector.setUnixDomainPath(folder.resolve("socket"));
        server.addConnector(connector);
        server.setHandler(new Scripted());
        server.start();
        Files.writeString(folder.resolve("virsh"), """
                #!/bin/sh
                cd FOLDER
                (IFS='|'; printf '%s\\n' "$*") >>calls
                while :; do
                    case $1 in
                    -c) shift 2 ;;
                    -*) shift ;;
                    *) break ;;
                    esac
                done
                fail() {
                    echo "error: $1" >&2
                    exit 1
                }
                case $1 in
                domuuid) [ ! -e unknown ] || fail "failed to get domain" && echo UUID ;;
                domname) [ ! -e unknown ] || fail "failed to get domain" && echo l1 ;;
                metadata)
                    [ ! -e unmarkable ] || fail "this function is not supported"
                    case "$*" in
                    *--set*) touch marked ;;
                    *--remove*)
                        [ ! -e keeps-mark ] || fail "cannot acquire state change lock"
                        [ -e marked ] || fail "metadata not found: Requested metadata element is not present"
                        rm marked
                        ;;
                    esac
                    ;;
                save | managedsave | snapshot-create | snapshot-create-as | restore | start)
                    [ ! -e marked ] || touch was-marked
                    [ ! -e status ] || exit "$(cat status)"
                    [ ! -e killed ] || kill -9 $$
                    ;;
                migrate)
                    [ ! -e over ] || exit 0
                    while [ ! -e aborted ]; do sleep 0.05; done
                    [ -e late ] && exit 0
                    exit 1
                    ;;
                domjobabort)
                    touch aborted
                    [ ! -e unstoppable ] || fail "no job is active"
                    ;;
                domstate) [ ! -e gone ] || fail "failed to get domain" && echo running ;;
                save-image-dumpxml | managedsave-dumpxml) cat xml 2>/dev/null || fail "cannot open it" ;;
                dominfo)
                    [ ! -e unknown ] || fail "failed to get domain"
                    printf 'Name: l1\\nManaged save:   %s\\n' "$(cat managed 2>/dev/null || echo no)"
                    ;;
                uri) cat uri 2>/dev/null || echo qemu:///system ;;
                *) fail "no such command" ;;
                esac
                """.replace("FOLDER", folder.toString())
                .replace("UUID", UUID));
        Files.setPosixFilePermissions(folder.resolve("virsh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void end() throws Exception {
        server.stop();
    }

    private int run(Path socket, Duration patience, @Nullable Duration watched, Stated stated, List<String> command)
            throws IOException, InterruptedException, NotRunException {
        try (ServiceClient client = ServiceClient.over(socket, null)) {
            return new Running(
                            new Asker(client, patience, Optional.empty()),
                            Optional.ofNullable(watched),
                            new PrintStream(err, true, StandardCharsets.UTF_8))
                    .run(command, stated);
        }
    }

    private int run(Stated stated, String... words) throws Exception {
        return run(folder.resolve("socket"), Duration.ofSeconds(30), null, stated, command(words));
    }

    private int run(String... words) throws Exception {
        return run(NOTHING, words);
    }

    private int notRun(Stated stated, String... words) {
        NotRunException refused = assertThrows(NotRunException.class, () -> run(stated, words));
        err.writeBytes((refused.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
        return refused.status();
    }

    private int notRun(String... words) {
        return notRun(NOTHING, words);
    }

    /** The first word {@code virsh} is the script. */
    private List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        if (command.get(0).equals("virsh")) {
            command.set(0, folder.resolve("virsh").toString());
        }
        return command;
    }

    private void with(String file) throws IOException {
        Files.writeString(folder.resolve(file), "");
    }

    private boolean left(String file) {
        return Files.exists(folder.resolve(file));
    }

    private String calls() throws IOException {
        return left("calls") ? Files.readString(folder.resolve("calls")) : "";
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    // ---- whether it is run

    @Test
    void onAllowTheCommandIsRunAsItStands() throws Exception {
        answering(ALLOW_SAVING);
        assertEquals(0, run("virsh", "-c", "qemu:///x", "save", "l1", "a b;$(c)\n", "--verbose"));
        assertTrue(calls().contains("\n-c|qemu:///x|save|l1|a b;$(c)\n|--verbose\n"), calls());
        assertTrue(calls().startsWith("--connect=qemu:///x|domuuid|--domain=l1\n"), calls());
        assertEquals(List.of("POST /v1/hooks/run?operation=save guest=" + UUID), asked);
        assertEquals("nestguard: allowed, but: a caution\n", said());
    }

    @Test
    void aUuidThatIsTheNameOfAnotherGuestIsNotAskedAbout() throws Exception {
        answering(ALLOW_SAVING);
        assertEquals(0, run("virsh", "save", UUID, "f"));
        asked.clear();
        with("unknown");
        assertEquals(102, notRun("virsh", "save", UUID, "f"));
        assertTrue(said().contains("virsh knows no guest of that UUID"), said());
        assertEquals(List.of(), asked);
    }

    @Test
    void itsStatusIsThatOfTheCommand() throws Exception {
        for (String own : List.of("1", "3", "70", "101")) {
            answering(ALLOW_SAVING);
            Files.writeString(folder.resolve("status"), own);
            assertEquals(Integer.parseInt(own), run("virsh", "managedsave", "l1"));
        }
        Files.delete(folder.resolve("status"));
        with("killed");
        assertEquals(128 + 9, run("virsh", "managedsave", "l1"));
    }

    @Test
    void nothingButAWholeAllowInTimeRunsIt() throws Exception {
        Path socket = folder.resolve("other");
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n";
        for (String[] one : new String[][] {
            {head + "Content-Length: " + DENY.length() + "\r\n\r\n" + DENY, "101"},
            {head + "Content-Length: " + UNDETERMINED.length() + "\r\n\r\n" + UNDETERMINED, "103"},
            {head + "Content-Length: 10\r\n\r\nALLOW\nEND", "170"},
            {head + "Content-Length: 9\r\n\r\nALLOW\nEND", "170"},
            {head + "Content-Length: 6\r\n\r\nALLOW\n", "170"},
            {head + "Content-Length: 100\r\n\r\nALLOW\nEND\n", "170"},
            {head + "Content-Length: 12\r\n\r\nALLOWED\nEND\n", "170"},
            {head + "Content-Length: 11\r\n\r\n ALLOW\nEND\n", "170"},
            {head + "Content-Length: 12\r\n\r\nALLOW\nEND\nx\n", "170"},
            {head + "Content-Length: 0\r\n\r\n", "170"},
            {head.replace("200 OK", "503 No") + "Content-Length: 10\r\n\r\n" + ALLOW, "170"},
            {"ALLOW\nEND\n", "170"},
            {"", "170"},
        }) {
            try (SpokenAgent agent = SpokenAgent.saying(socket, one[0])) {
                assertEquals("", agent.heard());
                NotRunException refused = assertThrows(
                        NotRunException.class,
                        () -> run(
                                socket,
                                Duration.ofSeconds(5),
                                null,
                                NOTHING,
                                command("virsh", "snapshot-create", "l1")),
                        one[0]);
                assertEquals(Integer.parseInt(one[1]), refused.status(), one[0] + refused.getMessage());
            }
        }
        try (SpokenAgent silent = SpokenAgent.silent(socket)) {
            NotRunException late = assertThrows(
                    NotRunException.class,
                    () -> run(
                            socket, Duration.ofMillis(300), null, NOTHING, command("virsh", "snapshot-create", "l1")));
            assertEquals(170, late.status());
            assertTrue(String.valueOf(late.getMessage()).contains("within 300 ms"), late.getMessage());
            silent.awaitCall();
        }
        NotRunException nobody = assertThrows(
                NotRunException.class,
                () -> run(socket, Duration.ofSeconds(5), null, NOTHING, command("virsh", "snapshot-create", "l1")));
        assertEquals(170, nobody.status());
        assertFalse(calls().contains("snapshot-create"), calls());
    }

    @Test
    void whatIsRefusedIsSaid() throws Exception {
        answering(DENY);
        assertEquals(101, notRun("virsh", "save", "l1", "f"));
        assertTrue(said().contains("DENY: 2 live L2 guests (amd-live-l2)"), said());
        assertTrue(said().contains("shut them down"), said());
        answering(UNDETERMINED);
        assertEquals(103, notRun("virsh", "save", "l1", "f"));
        assertFalse(calls().contains("\nsave|"), calls());
    }

    @Test
    void whatIsNotUnderstoodIsNotRunUnlessToldWhatItDoes() throws Exception {
        answering(ALLOW);
        Stated told = new Stated(Operation.SAVEVM, "ALLOW", null);
        String flag = folder.resolve("flag").toString();
        assertEquals(102, notRun("touch", flag));
        assertTrue(said().contains("--operation and --guest"), said());
        assertEquals(102, notRun("virsh", "save l1 f; save l2 f"));
        assertEquals(102, notRun("virsh"));
        assertEquals(102, notRun(new Stated(Operation.SAVEVM, null, null), "touch", flag));
        assertEquals(102, notRun(new Stated(null, "l1", null), "touch", flag));
        assertEquals(102, notRun(new Stated(Operation.MIGRATE, "l1", null), "touch", flag));
        assertEquals(102, notRun(told, "virsh", "save", "l1", "f"), "it says itself what it does");
        assertTrue(asked.isEmpty() && !left("flag"));
        assertEquals(0, run(told, "touch", flag));
        assertEquals(List.of("POST /v1/hooks/run?operation=save guest=ALLOW"), asked);
        assertTrue(left("flag"));
        assertEquals(0, run(new Stated(Operation.MIGRATE, "--help", "b c"), "true"));
        assertEquals("POST /v1/hooks/run?operation=migrate&to=b%20c guest=--help", asked.get(1));
        assertEquals(0, run(new Stated(Operation.LOADVM, "x&y=ä", null), "true"));
        assertEquals("POST /v1/hooks/run?operation=restore guest=x%26y%3D%C3%A4", asked.get(2));
        assertEquals(102, notRun(told, "/nowhere/at/all"), "there is no such command");
    }

    @Test
    void aGuestThatVirshDoesNotKnowIsNotAskedAbout() throws Exception {
        with("unknown");
        assertEquals(102, notRun("virsh", "save", "--domain=--help", "f"));
        assertTrue(said().contains("failed to get domain"), said());
        assertTrue(calls().equals("domuuid|--domain=--help\n") && asked.isEmpty(), calls());
    }

    @Test
    void whatTouchesNoRunningStateIsRunWithoutAQuestion() throws Exception {
        answering(DENY);
        assertEquals(0, run("virsh", "snapshot-create-as", "l1", "s", "--disk-only"));
        assertEquals(0, run("virsh", "start", "l1"), "no image was saved");
        assertEquals(0, run("virsh", "start", "l1", "--force-boot"));
        assertTrue(asked.isEmpty(), asked.toString());
        assertEquals(101, notRun("virsh", "snapshot-create-as", "l1", "s"));
    }

    // ---- the mark

    @Test
    void aGuestIsMarkedWhileItIsSavedAndNoLonger() throws Exception {
        answering(ALLOW_SAVING);
        assertEquals(0, run("virsh", "save", "l1", "f"));
        assertTrue(left("was-marked") && !left("marked"));
        assertTrue(
                calls().contains("metadata|--domain=" + UUID + "|--uri=urn:nestguard:saved:1|--key=nestguard|--set="
                        + MARK + "|--live\n"),
                calls());
    }

    @Test
    void theMarkIsTakenAwayAlsoWhereTheSavingFails() throws Exception {
        answering(ALLOW_SAVING);
        Files.writeString(folder.resolve("status"), "1");
        assertEquals(1, run("virsh", "save", "l1", "f"));
        assertTrue(left("was-marked") && !left("marked"));
        with("keeps-mark");
        assertEquals(1, run("virsh", "save", "l1", "f"));
        assertTrue(said().contains("the guest still has the mark of a saving (error: cannot acquire"), said());
        assertTrue(said().contains("virsh metadata --domain=" + UUID + " --uri=urn:nestguard:saved:1 --remove --live"));
    }

    @Test
    void aGuestThatCannotBeMarkedIsNotSaved() throws Exception {
        answering(ALLOW_SAVING);
        with("unmarkable");
        assertEquals(170, notRun("virsh", "save", "l1", "f"));
        answering(ALLOW);
        assertEquals(170, notRun("virsh", "save", "l1", "f"), "a service that knows of no marks");
        assertFalse(calls().contains("\nsave|"), calls());
    }

    @Test
    void aSnapshotIsNotMarkedSinceTheGuestGoesOn() throws Exception {
        answering(ALLOW_SAVING);
        assertEquals(0, run("virsh", "snapshot-create-as", "l1", "s"));
        assertFalse(calls().contains("metadata"), calls());
    }

    @Test
    void aRestoreIsAskedAboutWithWhatTheImageTells() throws Exception {
        answering(ALLOW);
        assertEquals(102, notRun("virsh", "restore", "f"), "no such image");
        String xml = "<domain><uuid>" + UUID + "</uuid></domain>";
        Files.writeString(folder.resolve("xml"), xml);
        assertEquals(0, run("virsh", "restore", "f"));
        assertTrue(calls().contains("save-image-dumpxml|--file=f\n"), calls());
        assertTrue(calls().endsWith("metadata|--domain=" + UUID + "|--uri=urn:nestguard:saved:1|--remove|--live\n"));
        Files.writeString(folder.resolve("managed"), "yes");
        Files.writeString(folder.resolve("uri"), "qemu+ssh://other/system\n");
        assertEquals(0, run("virsh", "start", "l1"));
        assertEquals(
                List.of(
                        "POST /v1/hooks/run?operation=restore " + xml,
                        "POST /v1/hooks/run?operation=restore&to=other " + xml),
                asked);
        Files.writeString(folder.resolve("xml"), "<domain/>");
        assertEquals(102, notRun("virsh", "start", "l1"), "an image of nobody");
        assertEquals(
                "",
                said().lines()
                        .filter(line -> line.startsWith("nestguard: the guest still"))
                        .reduce("", String::concat));
    }

    // ---- migrations

    @Test
    void aMigrationIsAskedAboutWithItsDestination() throws Exception {
        answering(ALLOW);
        with("over");
        assertEquals(0, run("virsh", "migrate", "--live", "l1", "qemu+ssh://root@l0-b/system"));
        assertEquals(
                0, run(new Stated(null, null, "b"), "virsh", "migrate", "--live", "l1", "qemu+ssh://10.0.0.7/system"));
        assertEquals(102, notRun("virsh", "migrate", "l1", "qemu:///system"));
        assertEquals(
                List.of(
                        "POST /v1/hooks/run?operation=migrate&to=l0-b guest=" + UUID,
                        "POST /v1/hooks/run?operation=migrate&to=b guest=" + UUID),
                asked);
    }

    private int watch(Duration bound, String... words) throws Exception {
        return run(folder.resolve("socket"), Duration.ofSeconds(30), bound, NOTHING, command(words));
    }

    private int watchedMigration() throws Exception {
        return watch(Duration.ofSeconds(3), "virsh", "-c", "qemu:///x", "migrate", "l1", "qemu+ssh://b/system");
    }

    @Test
    @Timeout(20)
    void whereAnL2GoesLiveTheMigrationIsStopped() throws Exception {
        answering(ALLOW, ALLOW, DENY);
        assertEquals(101, watchedMigration());
        assertTrue(calls().endsWith("--connect=qemu:///x|domjobabort|--domain=" + UUID + "\n"), calls());
        assertEquals("POST /v1/hooks/run?operation=watch&to=b guest=" + UUID, asked.get(2));
        assertTrue(said().contains("2 live L2 guests") && said().contains("was stopped; the guest stays"), said());
    }

    @Test
    @Timeout(20)
    void whereItCannotBeKnownForTooLongTheMigrationIsStopped() throws Exception {
        answering(ALLOW, UNDETERMINED);
        assertEquals(103, watchedMigration());
        assertTrue(asked.size() > 2, "not at once");
        assertTrue(said().contains("it has not been known whether it may go on: no guest is known"), said());
    }

    @Test
    @Timeout(20)
    void whereTheServiceIsGoneTheMigrationIsStopped() throws Exception {
        answering(ALLOW, "nonsense");
        assertEquals(103, watchedMigration());
        assertTrue(left("aborted"));
    }

    @Test
    void whereStoppingComesTooLateThatIsSaidAndReported() throws Exception {
        answering(ALLOW, DENY);
        with("late");
        assertEquals(104, watchedMigration());
        assertTrue(asked.get(2).startsWith("POST /v1/guests/" + UUID + "/harm {\"cause\":\"late-abort\",\"why\":\""));
        assertTrue(said().contains("TOO LATE") && said().contains("the registry takes it"), said());
    }

    @Test
    void whereItCannotBeStoppedTheGuestsPlaceDecides() throws Exception {
        answering(ALLOW, DENY);
        with("unstoppable");
        assertEquals(101, watchedMigration(), "it failed by itself, and the guest is still there");
        Files.delete(folder.resolve("aborted"));
        with("gone");
        answering(ALLOW, DENY);
        assertEquals(104, watchedMigration());
        assertTrue(said().contains("cannot be stopped: error: no job is active"), said());
    }

    @Test
    void aMigrationThatMayGoOnEndsAsItDoes() throws Exception {
        answering(ALLOW);
        with("over");
        assertEquals(0, watchedMigration());
        assertFalse(calls().contains("domjobabort"), calls());
    }

    @Test
    void onlyAMigrationCanBeWatched() throws Exception {
        answering(ALLOW_SAVING);
        NotRunException refused =
                assertThrows(NotRunException.class, () -> watch(Duration.ofSeconds(1), "virsh", "save", "l1", "f"));
        assertEquals(102, refused.status());
        assertTrue(asked.isEmpty());
    }
}
