package org.nestguard.cli.hook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.VirshVersion;
import org.nestguard.evidence.site.Door;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.Version;

/** Lays the scripts of a door into a host's file system, and takes them away. Each thing done is told in a sentence. */
public final class Installation {
    static final String RIGHTS = "rwxr-xr-x";

    private final Door door;
    private final Path root;
    private final boolean rehearsal;
    private final List<String> done = new ArrayList<>();

    /**
     * @param root the folder that is the host's {@code /}
     * @param rehearsal whether nothing is written, only told
     */
    public Installation(Door door, Path root, boolean rehearsal) {
        this.door = door;
        this.root = root;
        this.rehearsal = rehearsal;
    }

    /** Where the scripts belong on that host: libvirt below 6.5 knows no folder for several. */
    static List<String> places(Door door, HostView host) {
        return door == Door.LIBVIRT && old(host) ? List.of(Door.OLD_LIBVIRT) : door.places();
    }

    private static boolean old(HostView host) {
        return host.command(List.of("virsh", "-r", "version")) instanceof Artefact.Text text
                && VirshVersion.read(text.text()).libvirt() instanceof Reading.Said<Version> said
                && said.what().compareTo(Door.FIRST_WITH_FOLDER) < 0;
    }

    /** Lays the scripts. @return what was done and what is left for the operator, a sentence each */
    public List<String> install(HookScript script, HostView host) {
        for (String place : places(door, host)) {
            Path file = at(place);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !ours(file)) {
                throw new HookException(place + " is there and not ours; it is left as it is."
                        + (place.equals(Door.OLD_LIBVIRT)
                                ? " This libvirt knows no qemu.d: lay the script elsewhere with --root, and call it from"
                                        + " there with the same arguments and the same standard input; end with its status."
                                : " Move it away first."));
            }
            write(file, place, script.text());
        }
        done.add(next());
        return List.copyOf(done);
    }

    /** Takes away what is ours, and nothing else. @return what was done, a sentence each */
    public List<String> uninstall() {
        List<String> everywhere = new ArrayList<>(door.places());
        if (door == Door.LIBVIRT && ours(at(Door.OLD_LIBVIRT))) {
            everywhere.add(Door.OLD_LIBVIRT);
        }
        for (String place : everywhere) {
            Path file = at(place);
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                done.add("nothing at " + place);
            } else if (!ours(file)) {
                throw new HookException(place + " is not ours; it is left as it is");
            } else {
                delete(file, place);
            }
        }
        done.add("from now on nothing stops " + door.word() + " from moving a guest whose L2 guests live");
        return List.copyOf(done);
    }

    private Path at(String place) {
        return root.resolve(place.substring(1));
    }

    static boolean ours(Path file) {
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.readString(file).contains(Door.MARK);
        } catch (IOException e) {
            throw new HookException(file + " cannot be read: " + e.getMessage());
        }
    }

    private void write(Path file, String place, String text) {
        done.add((rehearsal ? "would write " : "wrote ") + place + ", mode 0755");
        if (rehearsal) {
            return;
        }
        Path folder = root.resolve(place.substring(1, place.lastIndexOf('/')));
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(RIGHTS)));
            }
            // whole or not there, and never without its mode: libvirt takes any executable file of the folder
            Path part = Files.createTempFile(folder.resolve(".."), ".nestguard-hook", ".part");
            try {
                Files.writeString(part, text);
                Files.setPosixFilePermissions(part, PosixFilePermissions.fromString(RIGHTS));
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new HookException(place + " cannot be written (" + e + "); run this as root");
        }
    }

    private void delete(Path file, String place) {
        done.add((rehearsal ? "would delete " : "deleted ") + place);
        if (rehearsal) {
            return;
        }
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new HookException(place + " cannot be deleted (" + e + "); run this as root");
        }
    }

    private String next() {
        return switch (door) {
            case LIBVIRT ->
                "libvirt looks for hooks when it starts and when it is reloaded: systemctl reload virtqemud (or libvirtd)";
            case PROXMOX ->
                "name it in each guest that may nest: qm set VMID --hookscript local:snippets/nestguard-hookscript (the"
                        + " storage must take snippets)";
            case GANETI -> "lay it on the master and on every node: one that cannot be reached does not refuse";
            case VDSM, XAPI ->
                "it is in force at once; lay it on every host of the " + (door == Door.VDSM ? "cluster" : "pool");
        };
    }
}
