package org.nestguard.cli.hook;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nestguard.evidence.site.Door;
import org.nestguard.evidence.site.SiteFile;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/** Looks whether a door would stop anything: each way in which it would not is a finding. */
public final class Inspection {
    private static final Pattern SOCKET = Pattern.compile("(?m)^socket='([^']*)'$");
    private static final Pattern STATE_CHANGE = Pattern.compile("(?m)^StateChangeTimestamp=@(\\d{1,12})");
    private static final int MOST_SHOWN = 10;
    private static final List<String> DAEMONS = List.of("virtqemud", "libvirtd");
    private static final Set<PosixFilePermission> OTHERS_WRITE =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Door door;
    private final Path root;
    private final HostView host;
    private final Function<String, Stream<Instant>> started;
    private final List<String> findings = new ArrayList<>();

    /**
     * @param root the folder that is the host's {@code /}
     * @param host asked for its daemons, and for the probe
     */
    public Inspection(Door door, Path root, HostView host) {
        this(door, root, host, Inspection::started);
    }

    /** @param started when the processes of a daemon began */
    Inspection(Door door, Path root, HostView host, Function<String, Stream<Instant>> started) {
        this.door = door;
        this.root = root;
        this.host = host;
        this.started = started;
    }

    /** Every way in which this door stands open, a sentence each with what to do; empty where it is shut. */
    public List<String> findings() {
        for (String place : Installation.places(door, host)) {
            Path file = root.resolve(place.substring(1));
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                findings.add(place + " is not there: nothing is asked; nestguard hook install " + door.word());
                continue;
            }
            try {
                script(place, file);
            } catch (IOException e) {
                findings.add(place + " cannot be looked at: " + e + "; run this as root");
            }
        }
        if (door == Door.PROXMOX) {
            named();
        }
        settings();
        return List.copyOf(findings);
    }

    private void script(String place, Path file) throws IOException {
        PosixFileAttributes found = Files.readAttributes(file, PosixFileAttributes.class);
        if (!found.permissions().containsAll(PosixFilePermissions.fromString("r-xr-xr-x"))) {
            findings.add(
                    place + " is not executable for all, so " + door.word() + " passes over it; chmod 755 " + place);
        }
        for (Path writable : List.of(file, Optional.ofNullable(file.getParent()).orElse(file))) {
            PosixFileAttributes of = Files.readAttributes(writable, PosixFileAttributes.class);
            if (!of.owner().getName().equals("root")
                    || of.permissions().stream().anyMatch(OTHERS_WRITE::contains)) {
                findings.add("others than root may change " + shown(writable) + "; chown root and chmod go-w "
                        + shown(writable));
            }
        }
        String text = Files.readString(file);
        Matcher socket = SOCKET.matcher(text);
        if (!Installation.ours(file) || !socket.find()) {
            findings.add(place + " is not ours: whether it asks is not known; move it away and nestguard hook install "
                    + door.word());
            return;
        }
        if (!sameButForPlaces(text)) {
            findings.add(place + " is of another version or was edited; nestguard hook install " + door.word());
        }
        if (door == Door.LIBVIRT) {
            // what was made executable later was not seen either, and that changes no content
            Instant changed = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
            Instant written = found.lastModifiedTime().toInstant();
            reloaded(place, changed.isAfter(written) ? changed : written);
        }
        probe(socket.group(1));
    }

    private String shown(Path file) {
        return "/" + root.relativize(file);
    }

    /** Where the agent listens and how long it may take is the site's choice. */
    private boolean sameButForPlaces(String text) {
        return plain(text).equals(plain(HookScript.usual(door).text()));
    }

    private static String plain(String text) {
        return text.replaceAll("(?m)^socket='[^'\n]*'$", "socket=").replaceAll("(?m)^bound=[0-9.]+(?=\\s)", "bound=");
    }

    /** libvirt looks for hooks at its start and when it is reloaded, and at no other time. */
    private void reloaded(String place, Instant written) {
        Optional<Instant> looked = DAEMONS.stream()
                .flatMap(daemon -> Stream.concat(started.apply(daemon), changed(daemon)))
                .max(Instant::compareTo);
        if (looked.isEmpty()) {
            findings.add("no " + String.join(" or ", DAEMONS) + " runs, or this user cannot see it: whether it knows "
                    + place + " is not known; run this as root");
        } else if (looked.get().isBefore(written)) {
            findings.add("libvirt's daemon has not looked for hooks since " + place
                    + " was laid or changed; systemctl reload " + String.join(" || systemctl reload ", DAEMONS));
        }
    }

    private static Stream<Instant> started(String daemon) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .filter(command -> command.endsWith("/" + daemon))
                        .isPresent())
                .flatMap(process -> process.info().startInstant().stream());
    }

    /** A reload is a change of state for systemd. */
    private Stream<Instant> changed(String daemon) {
        Artefact shown = host.command(
                List.of("systemctl", "show", "--timestamp=unix", "-p", "StateChangeTimestamp", daemon + ".service"));
        return shown.content().stream().flatMap(text -> {
            Matcher m = STATE_CHANGE.matcher(text);
            try {
                return m.find() ? Stream.of(Instant.ofEpochSecond(Long.parseLong(m.group(1)))) : Stream.empty();
            } catch (DateTimeException e) {
                return Stream.empty();
            }
        });
    }

    /** Asks the agent how it is, as the user who runs the hook. */
    private void probe(String socket) {
        List<String> asking = new ArrayList<>();
        if (door == Door.VDSM) {
            asking.addAll(List.of("runuser", "-u", "vdsm", "--"));
        }
        asking.addAll(List.of(
                "curl",
                "-q",
                "-s",
                "-S",
                "-f",
                "--noproxy",
                "*",
                "--max-time",
                "5",
                "--unix-socket",
                socket,
                "http://localhost/readyz"));
        if (host.command(asking) instanceof Artefact.Missing missing) {
            findings.add("the agent does not answer at " + socket + (door == Door.VDSM ? " to the user vdsm" : "")
                    + ": " + missing.why() + "; until it does, everything is refused");
        }
    }

    private void settings() {
        SiteFile.Word site = new SiteFile(below(HookScript.SETTINGS)).read();
        site.unheeded().ifPresent(findings::add);
        if (site.noAnswer()) {
            findings.add(HookScript.SETTINGS
                    + " lets pass what gets no answer; take the line no-answer away, unless that is wanted");
            if (!Files.isDirectory(below(HookScript.SPOOL), LinkOption.NOFOLLOW_LINKS)) {
                findings.add(HookScript.SPOOL
                        + " is not there, so nothing passes without an answer all the same; install -d -m" + " 0700"
                        + (door == Door.VDSM ? " -o vdsm " : " ") + HookScript.SPOOL);
            }
        }
        if (site.noRecord()) {
            findings.add(HookScript.SETTINGS
                    + " lets pass what cannot be recorded; take the line no-record away, unless that is wanted");
        }
    }

    /** A hookscript is asked for those guests alone that name it. */
    private void named() {
        Path folder = below("/etc/pve/qemu-server");
        try (DirectoryStream<Path> guests = Files.newDirectoryStream(folder, "*.conf")) {
            List<String> without = new ArrayList<>();
            for (Path guest : guests) {
                if (Files.readAllLines(guest).stream()
                        .takeWhile(line -> !line.startsWith("[")) // snapshots
                        .noneMatch(line -> line.matches("hookscript: .*/nestguard-hookscript\\s*"))) {
                    without.add(String.valueOf(guest.getFileName()).replace(".conf", ""));
                }
            }
            if (!without.isEmpty()) {
                findings.add("nothing is asked for guests that do not name the hookscript: "
                        + without.stream().sorted().limit(MOST_SHOWN).collect(Collectors.joining(", "))
                        + (without.size() > MOST_SHOWN ? " and " + (without.size() - MOST_SHOWN) + " more" : "")
                        + "; qm set VMID --hookscript local:snippets/nestguard-hookscript");
            }
        } catch (NoSuchFileException e) {
            findings.add(
                    "/etc/pve/qemu-server is not there: which guests name the hookscript is not known; run this on a node");
        } catch (IOException | DirectoryIteratorException e) {
            findings.add("the guests in /etc/pve/qemu-server cannot be looked at: " + e + "; run this as root");
        }
    }

    private Path below(String path) {
        return root.resolve(path.substring(1));
    }
}
