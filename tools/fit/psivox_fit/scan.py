"""The recurrence of the modes as a differentiable operation: compiled C on the CPU, doubling in plain torch elsewhere."""
import ctypes
import functools
import hashlib
import os
import pathlib
import subprocess
import tempfile

import torch

SOURCE = pathlib.Path(__file__).with_name("scan.c")


@functools.cache
def library():
    """scan.c compiled by gcc (or $CC) on first use; None where no compiler is found."""
    code = SOURCE.read_bytes()
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", tempfile.gettempdir())) / "psivox_fit"
    built = cache / f"scan-{hashlib.sha256(code).hexdigest()[:12]}.so"
    if not built.exists():
        cache.mkdir(parents=True, exist_ok=True)
        partial = built.with_suffix(f".{os.getpid()}")
        command = [os.environ.get("CC", "gcc"), "-O3", "-march=native", "-shared", "-fPIC", str(SOURCE), "-o", str(partial)]
        try:
            subprocess.run(command, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"no compiled scan ({error}); the plain torch form is slower: install gcc or set CC")
            return None
        partial.rename(built)
    return ctypes.CDLL(str(built))


def pointer(tensor):
    return ctypes.c_void_p(tensor.data_ptr())


class CompiledScan(torch.autograd.Function):
    @staticmethod
    def forward(ctx, u, lambda_re, lambda_im, forward_modes):
        u, lambda_re, lambda_im = (x.float().contiguous() for x in (u, lambda_re, lambda_im))
        B, T, N = u.shape
        z = torch.empty(B, T, 2 * N)
        library().scan_forward(*map(pointer, (u, lambda_re, lambda_im, z)), *map(ctypes.c_long, (B, T, N, forward_modes)))
        ctx.save_for_backward(z, lambda_re, lambda_im)
        ctx.forward_modes = forward_modes
        return z

    @staticmethod
    def backward(ctx, g):
        z, lambda_re, lambda_im = ctx.saved_tensors
        g = g.float().contiguous()
        B, T, N = g.shape[0], g.shape[1], g.shape[2] // 2
        grad_u, grad_re, grad_im = torch.empty(B, T, N), torch.empty(N), torch.empty(N)
        library().scan_backward(*map(pointer, (g, z, lambda_re, lambda_im, grad_u, grad_re, grad_im)),
                                *map(ctypes.c_long, (B, T, N, ctx.forward_modes)))
        return grad_u, grad_re, grad_im, None


def doubling(u, power):
    """sum_s lambda^s u_{t-s} in log2(T) steps: after step k every state holds 2^k inputs."""
    z, shift = u.to(power.dtype), 1
    while shift < z.shape[1]:
        z = torch.cat([z[:, :shift], z[:, shift:] + power * z[:, :-shift]], 1)
        power, shift = power * power, 2 * shift
    return z


def torch_scan(u, lambda_re, lambda_im, forward_modes):
    """Same as CompiledScan, on any device."""
    rate = torch.complex(lambda_re.float(), lambda_im.float())
    u = u.float()
    ahead = doubling(u[..., :forward_modes], rate[:forward_modes])
    back = doubling(u[..., forward_modes:].flip(1), rate[forward_modes:]).flip(1)
    z = torch.cat([ahead, back], -1)
    return torch.cat([z.real, z.imag], -1)


def scan(u, lambda_re, lambda_im, forward_modes):
    """u [B, T, N] real, lambda [N] -> [B, T, 2N]: real parts, then imaginary; modes from `forward_modes` on run backward."""
    if u.device.type == "cpu" and library() is not None:
        return CompiledScan.apply(u, lambda_re, lambda_im, forward_modes)
    return torch_scan(u, lambda_re, lambda_im, forward_modes)
