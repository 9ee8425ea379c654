#!/bin/busybox sh
# The first process of the lab's L1. What it says goes to the console, which the host keeps in a file.
/bin/busybox --install -s /bin
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
mkdir -p /run/libvirt
hostname l1
ip link set lo up
cat > /etc/passwd <<END
root:x:0:0::/root:/bin/sh
libvirt-qemu:x:64055:64055::/var/lib/libvirt:/bin/false
END
cat > /etc/group <<END
root:x:0:
libvirt-qemu:x:64055:
kvm:x:104:
END
for module in virtio_pci virtio_console kvm-amd; do
    modprobe $module || echo "L1: no module $module"
done

# An L2 that never rests: its firmware is one jump to itself, at the place where a CPU begins.
head -c 65520 /dev/zero > /l2.rom
{ printf '\353\376'; head -c 14 /dev/zero; } >> /l2.rom
cat > /l2.xml <<END
<domain type='kvm'>
  <name>l2</name>
  <memory unit='MiB'>16</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type><loader readonly='yes' type='rom'>/l2.rom</loader></os>
  <features><acpi/></features>
  <cpu mode='host-passthrough'/>
  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator><memballoon model='none'/></devices>
</domain>
END
cat > /etc/libvirt/libvirtd.conf <<END
auth_unix_ro = "none"
auth_unix_rw = "none"
log_outputs = "2:stderr"
END
cat > /etc/libvirt/qemu.conf <<END
user = "root"
group = "root"
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
END
libvirtd &

for port in /sys/class/virtio-ports/*; do
    if [ "$(cat "$port/name")" = org.qemu.guest_agent.0 ]; then
        qemu-ga -m virtio-serial -p "/dev/${port##*/}" -t /run &
    fi
done
echo "L1: up"
while :; do wait; sleep 60; done
