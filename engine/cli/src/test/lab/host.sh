#!/bin/bash
# The first process of one of the lab's hosts, in namespaces of its own. It stands for a bare-metal AMD host: what would tell
# of the machine below is covered. When its standard input ends, it ends, and the kernel ends all that runs in it and
# unmounts all that is mounted here: nothing has to be cleaned up, however the test ends.
# usage: host.sh NAME ADDRESS OTHER-NAME OTHER-ADDRESS DIR
set -euo pipefail
name=$1 address=$2 other=$3 beyond=$4 dir=$5

mount --make-rprivate /
hostname "$name"
mkdir -p "$dir"/{etc/hooks,lib,cache,log}
tr -d - </proc/sys/kernel/random/uuid >"$dir/machine-id"
printf '127.0.0.1 localhost\n%s %s\n%s %s\n' "$address" "$name" "$beyond" "$other" >"$dir/hosts"

cat >"$dir/etc/libvirtd.conf" <<END
listen_tls = 0
listen_tcp = 1
listen_addr = "$address"
auth_tcp = "none"
auth_unix_ro = "none"
auth_unix_rw = "none"
log_outputs = "2:file:$dir/libvirtd.log"
END
cat >"$dir/etc/qemu.conf" <<END
user = "root"
group = "root"
security_driver = "none"
dynamic_ownership = 0
remember_owner = 0
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
migration_address = "$address"
END

# A processor that can nest, and no hypervisor below it.
processors=$(nproc)
for ((i = 0; i < processors; i++)); do
    cat <<END
processor	: $i
vendor_id	: AuthenticAMD
cpu family	: 25
model		: 1
model name	: AMD EPYC 7763 64-Core Processor
stepping	: 1
cpu MHz		: 2450.000
flags		: fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx lm svm npt nrip_save

END
done >"$dir/cpuinfo"
mkdir -p "$dir/none"

cover() { [ ! -e "$2" ] || mount --bind "$1" "$2"; }
mount --bind "$dir/etc" /etc/libvirt
mount --bind "$dir/lib" /var/lib/libvirt
mount --bind "$dir/cache" /var/cache/libvirt
mount --bind "$dir/log" /var/log/libvirt
mount --bind "$dir/hosts" /etc/hosts
mount --bind "$dir/machine-id" /etc/machine-id
mount --bind "$dir/cpuinfo" /proc/cpuinfo
mount -t tmpfs tmpfs /run
mkdir -p /run/libvirt /run/lock /run/dbus
mkdir -m 700 /run/nestguard
mount -t tmpfs tmpfs /sys/module
mkdir -p /sys/module/kvm/parameters /sys/module/kvm_amd/parameters
echo 1 >/sys/module/kvm_amd/parameters/nested
echo 0 >/sys/module/kvm_amd/refcnt
cover "$dir/none" /sys/class/dmi
for program in systemd-detect-virt lscpu dmidecode; do
    file=$(command -v $program) && cover /bin/false "$file"
done
ip link set lo up
touch "$dir/ready"
# a shell and no other program: it takes leave of every process that is left to it, and libvirt waits for that
while read -r _; do :; done
