/* Diagonal complex recurrence z_t = lambda z_{t-1} + u_t with real drive u, and its adjoint.
 *
 * u [B][T][N] float, z [B][T][2N] float (real parts, then imaginary parts). Modes 0..forward-1 run forward in time,
 * the others backward. The time loop is serial, so modes are taken LANES at a time: the inner loops become vectors and
 * the state of a group stays in registers and first-level cache for the whole sequence. */
#include <string.h>

#define LANES 64

typedef struct { float re[LANES], im[LANES]; } group;

static long group_size(long first, long modes, long forward) {
    long end = first < forward ? forward : modes;
    return end - first < LANES ? end - first : LANES;
}

static void load(group *g, const float *re, const float *im, long count) {
    memcpy(g->re, re, count * sizeof(float));
    memcpy(g->im, im, count * sizeof(float));
}

void scan_forward(const float *u, const float *lambda_re, const float *lambda_im, float *z, long batch, long steps, long modes,
                  long forward) {
    for (long b = 0; b < batch; b++)
        for (long first = 0, count; first < modes; first += count) {
            count = group_size(first, modes, forward);
            group lambda = {0}, state = {0};
            load(&lambda, lambda_re + first, lambda_im + first, count);
            for (long s = 0; s < steps; s++) {
                long t = first < forward ? s : steps - 1 - s;
                float drive[LANES] = {0};
                memcpy(drive, u + (b * steps + t) * modes + first, count * sizeof(float));
                for (long k = 0; k < LANES; k++) {
                    float re = lambda.re[k] * state.re[k] - lambda.im[k] * state.im[k] + drive[k];
                    state.im[k] = lambda.re[k] * state.im[k] + lambda.im[k] * state.re[k];
                    state.re[k] = re;
                }
                float *out = z + (b * steps + t) * 2 * modes + first;
                memcpy(out, state.re, count * sizeof(float));
                memcpy(out + modes, state.im, count * sizeof(float));
            }
        }
}

/* With dL/dz = g, the adjoint p_t = g_t + conj(lambda) p_{t+1} gives dL/du_t = Re p_t and
 * dL/dlambda = sum_t p_t conj(z_{t-1}); "t+1" and "t-1" follow each mode's own direction. */
void scan_backward(const float *g, const float *z, const float *lambda_re, const float *lambda_im, float *grad_u,
                   float *grad_re, float *grad_im, long batch, long steps, long modes, long forward) {
    memset(grad_re, 0, modes * sizeof(float));
    memset(grad_im, 0, modes * sizeof(float));
    for (long b = 0; b < batch; b++)
        for (long first = 0, count; first < modes; first += count) {
            count = group_size(first, modes, forward);
            group lambda = {0}, p = {0}, in = {0}, before = {0}, sum = {0};
            load(&lambda, lambda_re + first, lambda_im + first, count);
            for (long s = 0; s < steps; s++) {
                long t = first < forward ? steps - 1 - s : s;
                long previous = first < forward ? t - 1 : t + 1;
                const float *from = g + (b * steps + t) * 2 * modes + first;
                load(&in, from, from + modes, count);
                if (s < steps - 1) {
                    const float *state = z + (b * steps + previous) * 2 * modes + first;
                    load(&before, state, state + modes, count);
                } else {
                    memset(&before, 0, sizeof before);
                }
                for (long k = 0; k < LANES; k++) {
                    float re = in.re[k] + lambda.re[k] * p.re[k] + lambda.im[k] * p.im[k];
                    p.im[k] = in.im[k] + lambda.re[k] * p.im[k] - lambda.im[k] * p.re[k];
                    p.re[k] = re;
                    sum.re[k] += p.re[k] * before.re[k] + p.im[k] * before.im[k];
                    sum.im[k] += p.im[k] * before.re[k] - p.re[k] * before.im[k];
                }
                memcpy(grad_u + (b * steps + t) * modes + first, p.re, count * sizeof(float));
            }
            for (long k = 0; k < count; k++) {
                grad_re[first + k] += sum.re[k];
                grad_im[first + k] += sum.im[k];
            }
        }
}
